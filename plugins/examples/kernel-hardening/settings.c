/* Reading kernel settings, and judging a list of them. */
#include "settings.h"

bool read_setting(const setting *setting, int64_t *value, km_error *error) {
  const char *text;
  if (!km_read_text(setting->path, &text, error)) return false;
  if (km_parse_number(km_trim(text), value)) return true;
  *error = (km_error){KM_FAILED, KM_TEXT(setting->path, " holds no number: \"", km_trim(text), "\"")};
  return false;
}

km_status judge_settings(km_finding *finding, const setting *settings, size_t count, const char *noun) {
  km_judge judge = {.noun = noun};
  for (size_t i = 0; i < count; i++) {
    int64_t value;
    km_error error;
    const char *subject = KM_TEXT("kernel setting ", settings[i].name);
    if (!read_setting(&settings[i], &value, &error)) {
      /* Built without it: nothing to harden, and nothing hardened either. */
      if (error.kind == KM_NOT_FOUND) {
        judge.skipped++;
        km_evidence(finding, subject, settings[i].path, "absent from this kernel", NULL);
      } else {
        km_judge_unread(&judge, finding, subject, &error);
      }
      continue;
    }
    if (value >= settings[i].least && value <= settings[i].most) {
      judge.good++;
    } else {
      judge.bad++;
      km_evidence(finding, subject, settings[i].path, km_number(value), settings[i].expected);
    }
  }
  return km_judge_verdict(&judge, finding);
}
