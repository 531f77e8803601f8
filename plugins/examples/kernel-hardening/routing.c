/* What an interface believes and tells about routes. The kernel combines each interface's setting with that of "all",
 * and not always in the same way (Documentation/networking/ip-sysctl.rst); reading "all" alone would be wrong twice. */
#include "settings.h"

#define CONF "/proc/sys/net/ipv4/conf"

static bool read_number(const char *path, int64_t *value, km_error *error) {
  const setting one = {.path = path};
  return read_setting(&one, value, error);
}

static bool read_both(const char *interface, const char *name, int64_t *all, int64_t *own, km_error *error) {
  return read_number(KM_TEXT(CONF "/all/", name), all, error) &&
         read_number(KM_TEXT(CONF "/", interface, "/", name), own, error);
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

/* Attaches what is wrong with an interface; false where something could not be read. */
static bool look(km_finding *finding, const char *interface, bool forwards, size_t *wrong, km_error *error) {
  const char *subject = KM_TEXT("interface ", interface);
  int64_t all, own;
  if (!read_both(interface, "accept_source_route", &all, &own, error)) return false;
  if (all != 0 && own != 0) {
    (*wrong)++;
    km_evidence(finding, subject, "accept_source_route", "on, and on for all", "0 in one of the two");
  }
  if (!read_both(interface, "accept_redirects", &all, &own, error)) return false;
  /* A router needs both to believe a redirect, a host either. */
  if (forwards ? all != 0 && own != 0 : all != 0 || own != 0) {
    (*wrong)++;
    km_evidence(finding, subject, "accept_redirects", KM_TEXT(km_number(own), ", and ", km_number(all), " for all"),
                forwards ? "0 in one of the two" : "0 in both");
  }
  if (!read_both(interface, "rp_filter", &all, &own, error)) return false;
  if (larger(all, own) == 0) {
    (*wrong)++;
    km_evidence(finding, subject, "rp_filter", "0, and 0 for all", "1 or 2 in one of the two");
  }
  return true;
}

km_status routing(km_finding *finding) {
  km_judge judge = {.noun = "interfaces"};
  km_error error;
  km_list interfaces;
  int64_t forward;
  if (!read_number("/proc/sys/net/ipv4/ip_forward", &forward, &error)) return km_unread(finding, &error);
  if (!km_list_dir(CONF, &interfaces, &error)) return km_unread(finding, &error);
  for (size_t i = 0; i < interfaces.count; i++) {
    const char *name = interfaces.items[i];
    /* What "default" says holds for interfaces to come: for the next container's. */
    if (km_is(name, "all") || km_is(name, "lo")) continue;
    size_t wrong = 0;
    if (!look(finding, name, forward != 0, &wrong, &error)) {
      /* Interfaces come and go with their containers. */
      if (error.kind == KM_NOT_FOUND) {
        judge.skipped++;
      } else {
        km_judge_unread(&judge, finding, KM_TEXT("interface ", name), &error);
      }
    } else if (wrong > 0) {
      judge.bad++;
    } else {
      judge.good++;
    }
  }
  return km_judge_verdict(&judge, finding);
}
