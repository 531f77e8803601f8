/* Tests of the library, natively: cc -std=c11 -I.. run.c fake_host.c ../keelmark*.c && ./a.out */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../keelmark_internal.h"
#include "fake_host.h"

static int failures;

#define EXPECT(condition)                                                 \
  do {                                                                    \
    if (!(condition)) {                                                   \
      failures++;                                                         \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
    }                                                                     \
  } while (0)

#define EXPECT_TEXT(found, expected)                                                                       \
  do {                                                                                                     \
    const char *got_ = (found);                                                                            \
    if (!km_is(got_, expected)) {                                                                          \
      failures++;                                                                                          \
      fprintf(stderr, "%s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__, #found, got_, expected);     \
    }                                                                                                      \
  } while (0)

static void json_is_read(void) {
  km_json value;
  EXPECT(km_json_parse(" {\"a\": {\"b.c\": [1, -20, \"x\\n\\u00e9\\ud83d\\ude00\\u0000\\ud800\"]}, \"t\": true, \"n\": null} ", &value));
  km_json list = km_json_field(km_json_get(value, "a"), "b.c");
  EXPECT(km_json_type_of(list) == KM_JSON_LIST);
  km_json_entry entry = km_json_first(list);
  int64_t number = 0;
  EXPECT(km_json_number(entry.value, &number) && number == 1);
  entry = km_json_next(entry);
  EXPECT(km_json_number(entry.value, &number) && number == -20);
  entry = km_json_next(entry);
  EXPECT_TEXT(km_json_text(entry.value), "x\n\xC3\xA9\xF0\x9F\x98\x80\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT(!km_json_number(entry.value, &number));
  EXPECT(km_json_next(entry).value.at == NULL);
  EXPECT(km_json_bool(km_json_get(value, "t"), false));
  EXPECT(km_json_bool(km_json_get(value, "n"), true));
  EXPECT(km_json_type_of(km_json_get(value, "n")) == KM_JSON_NULL);
  EXPECT(km_json_type_of(km_json_get(value, "a.x.y")) == KM_JSON_NONE);
  EXPECT(km_json_text(km_json_get(value, "t")) == NULL);
  EXPECT(km_json_parse("[]", &value) && km_json_first(value).value.at == NULL);
  EXPECT(km_json_parse("1.5e+3", &value) && !km_json_number(value, &number));
}

static void what_is_no_json_is_refused(void) {
  static const char *const bad[] = {"",       "{",      "[1,]",      "{\"a\" 1}", "{\"a\":}", "tru",  "01",   "1.",
                                    "-",      "\"a",    "\"\\x\"",   "\"\\u12\"", "\"\n\"",   "[1]2", "nul",  "{a:1}",
                                    "\"\\ud8"};
  km_json value;
  for (size_t i = 0; i < KM_COUNT(bad); i++) {
    if (km_json_parse(bad[i], &value)) {
      failures++;
      fprintf(stderr, "taken for JSON: %s\n", bad[i]);
    }
  }
  char deep[1024] = {0};
  memset(deep, '[', sizeof(deep) - 1);
  EXPECT(!km_json_parse(deep, &value));
}

static void texts(void) {
  EXPECT_TEXT(km_number(INT64_MIN), "-9223372036854775808");
  EXPECT_TEXT(km_number(0), "0");
  EXPECT_TEXT(km_mode(06755), "6755");
  EXPECT_TEXT(km_mode(0), "0000");
  EXPECT_TEXT(km_trim(" \ta b\r\n"), "a b");
  EXPECT_TEXT(km_trim(" \n"), "");
  EXPECT(km_starts("docker", "dock") && !km_starts("dock", "docker"));
  EXPECT(!km_is(NULL, NULL));
  int64_t number = 0;
  EXPECT(km_parse_number("-9223372036854775808", &number) && number == INT64_MIN);
  EXPECT(!km_parse_number("9223372036854775808", &number) && !km_parse_number("1 ", &number) && !km_parse_number("-", &number));
  char *long_text = km_alloc(KM_JOINED_MAX + 1);
  memset(long_text, 'x', KM_JOINED_MAX - 1);
  memcpy(long_text + KM_JOINED_MAX - 1, "\xC3\xA9", 2);
  EXPECT(strlen(KM_TEXT(long_text)) == KM_JOINED_MAX - 1);
  EXPECT(strlen(KM_TEXT(long_text, long_text)) <= KM_JOINED_MAX);
}

static void facts(void) {
  km_error error;
  km_output output;
  EXPECT(km_run("getent", KM_WORDS("group", "docker"), &output, &error) && output.exited && output.code == 2);
  const char *rest = output.out, *line = NULL;
  EXPECT(km_next_line(&rest, &line));
  EXPECT_TEXT(line, "one");
  EXPECT(km_next_line(&rest, &line));
  EXPECT_TEXT(line, "two");
  EXPECT(!km_next_line(&rest, &line));
  EXPECT(!km_run("sh", KM_WORDS("-c"), &output, &error) && error.kind == KM_UNAVAILABLE);
  km_metadata file;
  EXPECT(km_stat("/etc/docker", true, &file, &error) && file.kind == KM_DIRECTORY && file.target == NULL);
  EXPECT_TEXT(km_ownership(&file), "root:999");
  const char *text = NULL;
  EXPECT(km_read_text("/x", &text, &error));
  EXPECT_TEXT(text, "a?b");
  km_list names;
  EXPECT(!km_list_dir("/x", &names, &error) && error.kind == KM_PERMISSION);
  km_processes found;
  EXPECT(km_find_processes("dockerd", &found, &error) && found.count == 1 && found.items[0].pid == 7);
  EXPECT(found.items[0].started == 12);
  EXPECT_TEXT(found.items[0].argv.items[0], "dockerd");
  km_facts about;
  EXPECT(km_describe_host(&about, &error) && about.privileged);
  EXPECT_TEXT(about.hostname, "web");
  int64_t seconds = 0;
  EXPECT(km_now(&seconds, &error) && seconds == 12);
  bool is_set = false;
  km_json value;
  int64_t limit = 0;
  EXPECT(km_setting("limit", &is_set, &value, &error) && is_set && km_json_number(value, &limit) && limit == 3);
  EXPECT(km_setting("other", &is_set, &value, &error) && !is_set && value.at == NULL);

  fake_answer = "{\"Name\": \"web\"}";
  const char *const ids[] = {"a", "b"};
  km_answers answers;
  EXPECT(km_docker_inspect_containers((km_list){ids, 2}, KM_WORDS("Name"), &answers, &error) && answers.count == 2);
  EXPECT_TEXT(km_json_text(km_json_get(answers.items[0].json, "Name")), "web");
  EXPECT(!answers.items[1].ok && answers.items[1].error.kind == KM_NOT_FOUND);
  fake_answer = "no JSON";
  EXPECT(!km_docker_info(KM_WORDS("Name"), &value, &error) && error.kind == KM_FAILED);
}

static km_status passes(km_finding *finding) {
  km_evidence_from(finding, "daemon", "Name", "web", NULL, "docker info");
  return km_pass(finding, NULL);
}

static km_status unread(km_finding *finding) {
  km_error error;
  km_list names;
  km_evidence(finding, "x", "y", "z", "w");
  if (!km_list_dir("/x", &names, &error)) return km_unread(finding, &error);
  return km_pass(finding, NULL);
}

static km_status sums_up(km_finding *finding) {
  km_judge judge = {.noun = "things", .good = 1, .ask = 1, .bad = 1};
  km_error error = {KM_TIMEOUT, "no answer"};
  km_evidence(finding, "c", "p", "1", "2");
  km_judge_unread(&judge, finding, "d", &error);
  return km_judge_verdict(&judge, finding);
}

static km_status sums_up_unread(km_finding *finding) {
  km_judge judge = {.noun = "things", .good = 1};
  km_error error = {KM_TIMEOUT, "no answer"};
  for (int i = 0; i < 3; i++) km_judge_unread(&judge, finding, "d", &error);
  return km_judge_verdict(&judge, finding);
}

static km_status sums_up_nothing(km_finding *finding) {
  return km_judge_verdict(&(km_judge){.noun = "things"}, finding);
}

static const km_check CHECKS[] = {
    {.id = "1.1", .title = "a", .slug = "a", .audit = passes, .level = "1", .why = "because"},
    {.id = "1.2", .title = "b", .slug = "b", .audit = unread},
    {.id = "1.3", .title = "c", .slug = "c", .audit = sums_up},
    {.id = "1.4", .title = "d", .slug = "d", .audit = sums_up_unread},
    {.id = "1.5", .title = "e", .slug = "e", .audit = sums_up_nothing},
};
const km_section keelmark_section = {
    .benchmark = "acme-docker-1", .number = "1", .title = "T", .checks = CHECKS, .count = KM_COUNT(CHECKS)};

static void findings(void) {
  plugin_string_t all[KM_COUNT(CHECKS)];
  for (size_t i = 0; i < KM_COUNT(CHECKS); i++) all[i] = km_string(CHECKS[i].id);
  plugin_list_string_t ids = {all, KM_COUNT(CHECKS)};
  exports_keelmark_plugin_guest_error_t error;
  EXPECT(exports_keelmark_plugin_guest_audit(&ids, &error));
  EXPECT_TEXT(fake_findings,
              "1.1 pass:  [daemon|Name|web||source=docker info]\n"
              "1.2 error: not allowed\n"
              "1.3 fail: 1 of 3 things, and 1 to judge [c|p|1|2] [d||could not be read||error=no answer]\n"
              "1.4 error: no answer (and 2 more could not be read)\n"
              "1.5 not-applicable: no things\n");
  plugin_string_t unknown = km_string("9.9");
  ids = (plugin_list_string_t){&unknown, 1};
  EXPECT(!exports_keelmark_plugin_guest_audit(&ids, &error) && error.kind == KM_INVALID);
  exports_keelmark_plugin_guest_section_t section;
  exports_keelmark_plugin_guest_describe(&section);
  EXPECT(section.recommendations.len == KM_COUNT(CHECKS) && section.recommendations.ptr[0].info.len == 2);
}

int main(void) {
  json_is_read();
  what_is_no_json_is_refused();
  texts();
  facts();
  findings();
  km_release(NULL);
  if (failures == 0) puts("all is well");
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
