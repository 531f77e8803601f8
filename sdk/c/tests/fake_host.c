/* A host in a few lines: it answers what the tests of the library need, and refuses the rest. */
#include "fake_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../keelmark_internal.h"

char fake_findings[8192];
char fake_log[1024];
const char *fake_answer = "{}";

static plugin_string_t said(const char *text) {
  /* As the host's texts are: memory of km_alloc(), which may be written. */
  return km_string(km_copy(text, strlen(text)));
}

static bool refuse(keelmark_plugin_types_error_t *error, uint8_t kind, const char *message) {
  *error = (keelmark_plugin_types_error_t){.kind = kind, .message = said(message)};
  return false;
}

static bool is(const plugin_string_t *string, const char *text) {
  return string->len == strlen(text) && memcmp(string->ptr, text, string->len) == 0;
}

static void append(const char *text, size_t length) {
  size_t used = strlen(fake_findings);
  if (length > 0 && used + length < sizeof(fake_findings)) memcpy(fake_findings + used, text, length);
}

static void append_string(plugin_string_t string) { append((const char *)string.ptr, string.len); }

bool keelmark_plugin_report_emit(keelmark_plugin_report_finding_t *finding, keelmark_plugin_report_error_t *err) {
  static const char *const statuses[] = {"pass", "fail", "manual", "not-applicable", "error"};
  (void)err;
  append_string(finding->id);
  append(" ", 1);
  append(statuses[finding->status], strlen(statuses[finding->status]));
  append(": ", 2);
  append_string(finding->message);
  for (size_t i = 0; i < finding->evidence.len; i++) {
    keelmark_plugin_types_evidence_t *evidence = &finding->evidence.ptr[i];
    plugin_string_t parts[] = {evidence->subject, evidence->property, evidence->found, evidence->expected};
    append(" [", 2);
    for (size_t part = 0; part < KM_COUNT(parts); part++) {
      if (part > 0) append("|", 1);
      append_string(parts[part]);
    }
    for (size_t pair = 0; pair < evidence->info.len; pair++) {
      append("|", 1);
      append_string(evidence->info.ptr[pair].f0);
      append("=", 1);
      append_string(evidence->info.ptr[pair].f1);
    }
    append("]", 1);
  }
  append("\n", 1);
  return true;
}

bool keelmark_plugin_report_progress(uint32_t done, uint32_t total, keelmark_plugin_report_error_t *err) {
  (void)err;
  return done <= total;
}

bool keelmark_plugin_report_log(keelmark_plugin_report_level_t level, plugin_string_t *message,
                                keelmark_plugin_report_error_t *err) {
  (void)level;
  (void)err;
  snprintf(fake_log, sizeof(fake_log), "%.*s", (int)message->len, (const char *)message->ptr);
  return true;
}

bool keelmark_plugin_exec_run(plugin_string_t *program, plugin_list_string_t *args, keelmark_plugin_exec_output_t *ret,
                              keelmark_plugin_exec_error_t *err) {
  if (!is(program, "getent") || args->len != 2) return refuse(err, KM_UNAVAILABLE, "no such program");
  *ret = (keelmark_plugin_exec_output_t){.code = {.is_some = true, .val = 2}, .stdout_ = said("one\r\ntwo\n")};
  return true;
}

bool keelmark_plugin_fs_stat(plugin_string_t *path, bool follow, keelmark_plugin_fs_metadata_t *ret,
                             keelmark_plugin_fs_error_t *err) {
  if (!is(path, "/etc/docker") || !follow) return refuse(err, KM_NOT_FOUND, "there is no such file");
  *ret = (keelmark_plugin_fs_metadata_t){
      .kind = KEELMARK_PLUGIN_FS_KIND_DIRECTORY, .mode = 0750, .gid = 999, .owner = {.is_some = true, .val = said("root")}};
  return true;
}

bool keelmark_plugin_fs_read_text(plugin_string_t *path, plugin_string_t *ret, keelmark_plugin_fs_error_t *err) {
  (void)path;
  (void)err;
  *ret = (plugin_string_t){.ptr = (uint8_t *)(uintptr_t)km_copy("a\0b", 3), .len = 3};
  return true;
}

bool keelmark_plugin_fs_list_dir(plugin_string_t *path, plugin_list_string_t *ret, keelmark_plugin_fs_error_t *err) {
  (void)path;
  (void)ret;
  return refuse(err, KM_PERMISSION, "not allowed");
}

bool keelmark_plugin_process_find(plugin_string_t *name, keelmark_plugin_process_list_running_t *ret,
                                  keelmark_plugin_process_error_t *err) {
  (void)err;
  plugin_string_t *argv = km_alloc(sizeof(*argv));
  *argv = *name;
  keelmark_plugin_process_running_t *running = km_alloc(sizeof(*running));
  plugin_tuple2_string_string_t *info = km_alloc(2 * sizeof(*info));
  info[0] = (plugin_tuple2_string_string_t){.f0 = said("later"), .f1 = said("x")};
  info[1] = (plugin_tuple2_string_string_t){.f0 = said("started"), .f1 = said("12")};
  *running = (keelmark_plugin_process_running_t){
      .pid = 7, .argv = {.ptr = argv, .len = 1}, .info = {.ptr = info, .len = 2}};
  *ret = (keelmark_plugin_process_list_running_t){.ptr = running, .len = 1};
  return true;
}

bool keelmark_plugin_host_describe(keelmark_plugin_host_facts_t *ret, keelmark_plugin_host_error_t *err) {
  (void)err;
  *ret = (keelmark_plugin_host_facts_t){.hostname = said("web"), .privileged = true};
  return true;
}

bool keelmark_plugin_host_now(int64_t *ret, keelmark_plugin_host_error_t *err) {
  (void)err;
  *ret = 12;
  return true;
}

bool keelmark_plugin_host_setting(plugin_string_t *key, plugin_option_string_t *ret, keelmark_plugin_host_error_t *err) {
  (void)err;
  *ret = (plugin_option_string_t){.is_some = is(key, "limit"), .val = said("3")};
  return true;
}

#define ONE(question)                                                                             \
  bool keelmark_plugin_docker_##question(plugin_list_string_t *fields, plugin_string_t *ret,      \
                                         keelmark_plugin_docker_error_t *err) {                   \
    (void)fields;                                                                                 \
    (void)err;                                                                                    \
    *ret = said(fake_answer);                                                                     \
    return true;                                                                                  \
  }

KM_QUESTIONS_ONE(ONE)

/* The answer for the first id, and for the others that they are gone. */
static bool each(plugin_list_string_t *ids, keelmark_plugin_docker_list_answer_t *ret) {
  keelmark_plugin_docker_answer_t *answers = km_alloc(ids->len * sizeof(*answers));
  for (size_t i = 0; i < ids->len; i++) {
    answers[i].id = ids->ptr[i];
    answers[i].json.is_err = i > 0;
    if (i == 0) {
      answers[i].json.val.ok = said(fake_answer);
    } else {
      (void)refuse(&answers[i].json.val.err, KM_NOT_FOUND, "gone");
    }
  }
  *ret = (keelmark_plugin_docker_list_answer_t){.ptr = answers, .len = ids->len};
  return true;
}

#define EACH(question)                                                                                              \
  bool keelmark_plugin_docker_##question(plugin_list_string_t *ids, plugin_list_string_t *fields,                   \
                                         keelmark_plugin_docker_list_answer_t *ret,                                 \
                                         keelmark_plugin_docker_error_t *err) {                                     \
    (void)fields;                                                                                                   \
    (void)err;                                                                                                      \
    return each(ids, ret);                                                                                          \
  }

KM_QUESTIONS_EACH(EACH)

#define EACH_WHOLE(question)                                                                                        \
  bool keelmark_plugin_docker_##question(plugin_list_string_t *ids, keelmark_plugin_docker_list_answer_t *ret,      \
                                         keelmark_plugin_docker_error_t *err) {                                     \
    (void)err;                                                                                                      \
    return each(ids, ret);                                                                                          \
  }

KM_QUESTIONS_EACH_WHOLE(EACH_WHOLE)
