/* The plugin's side of the contract: what it says of itself, and what it finds. */
#include "keelmark.h"

#include <string.h>

#include "keelmark_internal.h"

/* The host takes no more evidence of one finding. */
#define MAX_EVIDENCE 50000

struct km_finding {
  keelmark_plugin_types_finding_t said;
  size_t room;
};

/* The bindings ask for an object file with the contract's type. `keelmark plugin build` embeds that type instead. */
void __component_type_object_force_link_plugin(void);
void __component_type_object_force_link_plugin(void) {}

_Noreturn void keelmark_panic(const char *text) {
  plugin_string_t line = km_string(text);
  keelmark_plugin_report_error_t no;
  (void)keelmark_plugin_report_log(KEELMARK_PLUGIN_REPORT_LEVEL_WARN, &line, &no);
  __builtin_trap();
}

static plugin_list_tuple2_string_string_t pair(const char *key, const char *value) {
  if (value == NULL) return (plugin_list_tuple2_string_string_t){.ptr = NULL, .len = 0};
  plugin_tuple2_string_string_t *made = km_alloc(sizeof(*made));
  *made = (plugin_tuple2_string_string_t){.f0 = km_string(key), .f1 = km_string(value)};
  return (plugin_list_tuple2_string_string_t){.ptr = made, .len = 1};
}

static plugin_string_t kept(const char *text) {
  return text == NULL ? km_string(NULL) : km_string(km_copy(text, strlen(text)));
}

static void attach(km_finding *finding, const char *subject, const char *property, const char *found,
                   const char *expected, plugin_list_tuple2_string_string_t info) {
  keelmark_plugin_types_list_evidence_t *list = &finding->said.evidence;
  if (list->len == MAX_EVIDENCE) return;
  if (list->len == finding->room) {
    finding->room = finding->room == 0 ? 8 : finding->room * 2;
    keelmark_plugin_types_evidence_t *more = km_alloc(finding->room * sizeof(*more));
    if (list->len > 0) memcpy(more, list->ptr, list->len * sizeof(*more));
    list->ptr = more;
  }
  list->ptr[list->len++] = (keelmark_plugin_types_evidence_t){
      .subject = kept(subject), .property = kept(property), .found = kept(found), .expected = kept(expected), .info = info};
}

void km_evidence(km_finding *finding, const char *subject, const char *property, const char *found,
                 const char *expected) {
  km_evidence_from(finding, subject, property, found, expected, NULL);
}

void km_evidence_from(km_finding *finding, const char *subject, const char *property, const char *found,
                      const char *expected, const char *source) {
  attach(finding, subject, property, found, expected, pair("source", source));
}

static km_status decide(km_finding *finding, km_status status, const char *message) {
  finding->said.status = (keelmark_plugin_types_status_t)status;
  finding->said.message = kept(message);
  return status;
}

km_status km_pass(km_finding *finding, const char *message) { return decide(finding, KM_PASS, message); }

km_status km_fail(km_finding *finding, const char *message) { return decide(finding, KM_FAIL, message); }

km_status km_manual(km_finding *finding, const char *message) { return decide(finding, KM_MANUAL, message); }

km_status km_not_applicable(km_finding *finding, const char *reason) {
  return decide(finding, KM_NOT_APPLICABLE, reason);
}

km_status km_unread(km_finding *finding, const km_error *error) {
  finding->said.evidence.len = 0;
  return decide(finding, KM_ERROR, error->message);
}

void km_judge_unread(km_judge *judge, km_finding *finding, const char *subject, const km_error *error) {
  if (judge->unread++ == 0) judge->first = *error;
  attach(finding, subject, NULL, "could not be read", NULL, pair("error", error->message));
}

km_status km_judge_verdict(const km_judge *judge, km_finding *finding) {
  const char *judged = km_number((int64_t)(judge->good + judge->bad + judge->ask));
  const char *of = KM_TEXT(" of ", judged, " ", judge->noun);
  if (judge->bad > 0) {
    /* What else there is to say stays in sight. */
    const char *also = judge->ask > 0 ? KM_TEXT(", and ", km_number((int64_t)judge->ask), " to judge") : "";
    return km_fail(finding, KM_TEXT(km_number((int64_t)judge->bad), of, also));
  }
  if (judge->unread > 0) {
    km_error error = judge->first;
    if (judge->unread == 2) error.message = KM_TEXT(error.message, " (and one more could not be read)");
    if (judge->unread > 2) {
      const char *others = km_number((int64_t)judge->unread - 1);
      error.message = KM_TEXT(error.message, " (and ", others, " more could not be read)");
    }
    return km_unread(finding, &error);
  }
  if (judge->ask > 0) return km_manual(finding, KM_TEXT(km_number((int64_t)judge->ask), of, " to judge"));
  if (judge->good > 0) return km_pass(finding, KM_TEXT(km_number((int64_t)judge->good), " ", judge->noun));
  if (judge->skipped == 0) return km_not_applicable(finding, KM_TEXT("no ", judge->noun));
  const char *skipped = km_number((int64_t)judge->skipped);
  return km_not_applicable(finding, KM_TEXT("applies to none of the ", skipped, " ", judge->noun));
}

static plugin_list_tuple2_string_string_t labels(const km_check *check) {
  const char *const pairs[][2] = {
      {"level", check->level}, {"assessment", check->assessment}, {"means", check->means},
      {"why", check->why},     {"audited", check->audited},       {"fix", check->fix},
  };
  plugin_tuple2_string_string_t *made = km_alloc(sizeof(*made) * KM_COUNT(pairs));
  size_t count = 0;
  for (size_t i = 0; i < KM_COUNT(pairs); i++) {
    if (pairs[i][1] == NULL) continue;
    made[count++] = (plugin_tuple2_string_string_t){.f0 = km_string(pairs[i][0]), .f1 = km_string(pairs[i][1])};
  }
  return (plugin_list_tuple2_string_string_t){.ptr = made, .len = count};
}

void exports_keelmark_plugin_guest_describe(exports_keelmark_plugin_guest_section_t *section) {
  size_t count = keelmark_section.count;
  keelmark_plugin_types_recommendation_t *rows = km_alloc(sizeof(*rows) * count);
  for (size_t i = 0; i < count; i++) {
    const km_check *check = &keelmark_section.checks[i];
    rows[i] = (keelmark_plugin_types_recommendation_t){
        .id = km_string(check->id), .title = km_string(check->title), .check = km_string(check->slug), .info = labels(check)};
  }
  *section = (exports_keelmark_plugin_guest_section_t){
      .benchmark = km_string(keelmark_section.benchmark),
      .number = km_string(keelmark_section.number),
      .title = km_string(keelmark_section.title),
      .recommendations = {.ptr = rows, .len = count},
  };
}

static const km_check *find(plugin_string_t id) {
  for (size_t i = 0; i < keelmark_section.count; i++) {
    const char *known = keelmark_section.checks[i].id;
    if (strlen(known) == id.len && memcmp(known, id.ptr, id.len) == 0) return &keelmark_section.checks[i];
  }
  return NULL;
}

bool exports_keelmark_plugin_guest_audit(plugin_list_string_t *ids, exports_keelmark_plugin_guest_error_t *error) {
  for (size_t i = 0; i < ids->len; i++) {
    const km_check *check = find(ids->ptr[i]);
    if (check == NULL) {
      const char *id = km_copy((const char *)ids->ptr[i].ptr, ids->ptr[i].len);
      const char *message = KM_TEXT("section ", keelmark_section.number, " of ", keelmark_section.benchmark,
                                    " has no recommendation ", id);
      *error = (exports_keelmark_plugin_guest_error_t){.kind = KM_INVALID, .message = km_string(message)};
      return false;
    }
    /* What a check asked for goes with it; the ids above were there before. */
    void *mark = km_mark();
    km_finding finding = {.said = {.id = ids->ptr[i], .status = KM_ERROR}};
    km_status status = check->audit(&finding);
    if (status != (km_status)finding.said.status || (status == KM_ERROR && finding.said.message.len == 0)) {
      keelmark_panic(KM_TEXT("check ", check->id, " returned a verdict without km_pass(), km_fail() or their like"));
    }
    if (!keelmark_plugin_report_emit(&finding.said, error)) return false;
    km_release(mark);
    /* A refused progress report must not cost a verdict. */
    keelmark_plugin_report_error_t no;
    (void)keelmark_plugin_report_progress((uint32_t)i + 1, (uint32_t)ids->len, &no);
  }
  return true;
}
