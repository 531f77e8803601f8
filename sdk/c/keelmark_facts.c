/* The host's functions as C has them. */
#include <string.h>

#include "keelmark_internal.h"

plugin_string_t km_string(const char *text) {
  /* The bindings have no const; the host only reads. */
  return (plugin_string_t){.ptr = (uint8_t *)(uintptr_t)text, .len = text == NULL ? 0 : strlen(text)};
}

static plugin_list_string_t strings(const char *const *texts, size_t count) {
  plugin_string_t *all = km_alloc(count * sizeof(plugin_string_t));
  for (size_t i = 0; i < count; i++) all[i] = km_string(texts[i]);
  return (plugin_list_string_t){.ptr = all, .len = count};
}

static plugin_list_string_t words(const char *const *texts) {
  size_t count = 0;
  while (texts[count] != NULL) count++;
  return strings(texts, count);
}

/* The host's text; a byte of zero inside, which would cut it short, becomes visible. */
static const char *text_of(plugin_string_t string) {
  if (string.len == 0) return "";
  for (uint8_t *zero = memchr(string.ptr, 0, string.len); zero != NULL;
       zero = memchr(zero, 0, string.len - (size_t)(zero - string.ptr))) {
    *zero = '?';
  }
  return (const char *)string.ptr;
}

static const char *optional(plugin_option_string_t option) { return option.is_some ? text_of(option.val) : NULL; }

static km_list list_of(plugin_list_string_t list) {
  const char **items = km_alloc(list.len * sizeof(*items));
  for (size_t i = 0; i < list.len; i++) items[i] = text_of(list.ptr[i]);
  return (km_list){.items = items, .count = list.len};
}

static bool refused(const keelmark_plugin_types_error_t *from, km_error *error) {
  *error = (km_error){.kind = (km_error_kind)from->kind, .message = text_of(from->message)};
  return false;
}

bool km_run(const char *program, const char *const *args, km_output *output, km_error *error) {
  plugin_string_t name = km_string(program);
  plugin_list_string_t list = words(args);
  keelmark_plugin_exec_output_t out;
  keelmark_plugin_exec_error_t no;
  if (!keelmark_plugin_exec_run(&name, &list, &out, &no)) return refused(&no, error);
  *output = (km_output){
      .exited = out.code.is_some,
      .code = out.code.is_some ? out.code.val : -1,
      .out = text_of(out.stdout_),
      .err = text_of(out.stderr_),
      .truncated = out.truncated,
  };
  return true;
}

bool km_stat(const char *path, bool follow, km_metadata *file, km_error *error) {
  plugin_string_t name = km_string(path);
  keelmark_plugin_fs_metadata_t found;
  keelmark_plugin_fs_error_t no;
  if (!keelmark_plugin_fs_stat(&name, follow, &found, &no)) return refused(&no, error);
  *file = (km_metadata){
      .kind = (km_file_kind)found.kind,
      .mode = found.mode,
      .uid = found.uid,
      .gid = found.gid,
      .owner = optional(found.owner),
      .group = optional(found.group),
      .size = found.size,
      .modified = found.modified,
      .device = text_of(found.device),
      .target = optional(found.target),
  };
  return true;
}

bool km_read_text(const char *path, const char **text, km_error *error) {
  plugin_string_t name = km_string(path), found;
  keelmark_plugin_fs_error_t no;
  if (!keelmark_plugin_fs_read_text(&name, &found, &no)) return refused(&no, error);
  *text = text_of(found);
  return true;
}

bool km_list_dir(const char *path, km_list *names, km_error *error) {
  plugin_string_t name = km_string(path);
  plugin_list_string_t found;
  keelmark_plugin_fs_error_t no;
  if (!keelmark_plugin_fs_list_dir(&name, &found, &no)) return refused(&no, error);
  *names = list_of(found);
  return true;
}

/* What an info list says of `key` in seconds; 0 where it says nothing. */
static int64_t seconds_of(plugin_list_tuple2_string_string_t info, const char *key) {
  for (size_t i = 0; i < info.len; i++) {
    if (!km_is(text_of(info.ptr[i].f0), key)) continue;
    int64_t seconds = 0;
    return km_parse_number(text_of(info.ptr[i].f1), &seconds) ? seconds : 0;
  }
  return 0;
}

bool km_find_processes(const char *name, km_processes *found, km_error *error) {
  plugin_string_t string = km_string(name);
  keelmark_plugin_process_list_running_t running;
  keelmark_plugin_process_error_t no;
  if (!keelmark_plugin_process_find(&string, &running, &no)) return refused(&no, error);
  km_process *items = km_alloc(running.len * sizeof(*items));
  for (size_t i = 0; i < running.len; i++) {
    const keelmark_plugin_process_running_t *found_one = &running.ptr[i];
    items[i] = (km_process){
        .pid = found_one->pid,
        .euid = found_one->euid,
        .argv = list_of(found_one->argv),
        .started = seconds_of(found_one->info, "started"),
    };
  }
  *found = (km_processes){.items = items, .count = running.len};
  return true;
}

bool km_describe_host(km_facts *facts, km_error *error) {
  keelmark_plugin_host_facts_t found;
  keelmark_plugin_host_error_t no;
  if (!keelmark_plugin_host_describe(&found, &no)) return refused(&no, error);
  *facts = (km_facts){
      .hostname = text_of(found.hostname),
      .kernel = text_of(found.kernel),
      .architecture = text_of(found.architecture),
      .os_id = text_of(found.os_id),
      .os_version = text_of(found.os_version),
      .os_name = text_of(found.os_name),
      .privileged = found.privileged,
      .engine_is_local = found.engine_is_local,
  };
  return true;
}

bool km_now(int64_t *seconds, km_error *error) {
  keelmark_plugin_host_error_t no;
  return keelmark_plugin_host_now(seconds, &no) || refused(&no, error);
}

/* A text of the host's that says it is JSON. */
static bool parse(plugin_string_t text, km_json *value, km_error *error) {
  if (km_json_parse(text_of(text), value)) return true;
  *error = (km_error){.kind = KM_FAILED, .message = "the host's answer is not JSON"};
  return false;
}

bool km_setting(const char *key, bool *is_set, km_json *value, km_error *error) {
  plugin_string_t name = km_string(key);
  plugin_option_string_t found;
  keelmark_plugin_host_error_t no;
  *value = (km_json){NULL};
  if (!keelmark_plugin_host_setting(&name, &found, &no)) return refused(&no, error);
  *is_set = found.is_some;
  return !found.is_some || parse(found.val, value, error);
}

void km_log(const char *line) {
  plugin_string_t text = km_string(line);
  keelmark_plugin_report_error_t no;
  (void)keelmark_plugin_report_log(KEELMARK_PLUGIN_REPORT_LEVEL_INFO, &text, &no);
}

/* ---- The engine ------------------------------------------------------------------------------------------------- */

/* One function for each question, so that a plugin imports only those that it asks. */
#define ONE(question)                                                                             \
  bool km_docker_##question(const char *const *fields, km_json *answer, km_error *error) {       \
    plugin_list_string_t list = words(fields);                                                    \
    plugin_string_t text;                                                                         \
    keelmark_plugin_docker_error_t no;                                                            \
    if (!keelmark_plugin_docker_##question(&list, &text, &no)) return refused(&no, error);        \
    return parse(text, answer, error);                                                            \
  }

KM_QUESTIONS_ONE(ONE)

static void answers_of(keelmark_plugin_docker_list_answer_t list, km_answers *answers) {
  km_answer *items = km_alloc(list.len * sizeof(*items));
  for (size_t i = 0; i < list.len; i++) {
    keelmark_plugin_docker_answer_t *from = &list.ptr[i];
    items[i].id = text_of(from->id);
    items[i].ok = !from->json.is_err && parse(from->json.val.ok, &items[i].json, &items[i].error);
    if (from->json.is_err) (void)refused(&from->json.val.err, &items[i].error);
  }
  *answers = (km_answers){.items = items, .count = list.len};
}

#define EACH(question)                                                                                             \
  bool km_docker_##question(km_list ids, const char *const *fields, km_answers *answers, km_error *error) {       \
    plugin_list_string_t all = strings(ids.items, ids.count), list = words(fields);                                \
    keelmark_plugin_docker_list_answer_t found;                                                                    \
    keelmark_plugin_docker_error_t no;                                                                             \
    if (!keelmark_plugin_docker_##question(&all, &list, &found, &no)) return refused(&no, error);                  \
    answers_of(found, answers);                                                                                    \
    return true;                                                                                                   \
  }

KM_QUESTIONS_EACH(EACH)

#define EACH_WHOLE(question)                                                                    \
  bool km_docker_##question(km_list ids, km_answers *answers, km_error *error) {                \
    plugin_list_string_t all = strings(ids.items, ids.count);                                   \
    keelmark_plugin_docker_list_answer_t found;                                                 \
    keelmark_plugin_docker_error_t no;                                                          \
    if (!keelmark_plugin_docker_##question(&all, &found, &no)) return refused(&no, error);      \
    answers_of(found, answers);                                                                 \
    return true;                                                                                \
  }

KM_QUESTIONS_EACH_WHOLE(EACH_WHOLE)
