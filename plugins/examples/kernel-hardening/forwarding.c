/* Forwarding between interfaces: what a container host needs for its bridges, and what makes a router of it. */
#include "settings.h"

static const setting IP_FORWARD = {"net.ipv4.ip_forward", "/proc/sys/net/ipv4/ip_forward", 0, 0, "0"};

km_status forwarding(km_finding *finding) {
  int64_t value;
  km_error error;
  km_json networks;
  if (!read_setting(&IP_FORWARD, &value, &error)) return km_unread(finding, &error);
  km_evidence(finding, "kernel setting net.ipv4.ip_forward", IP_FORWARD.path, km_number(value), NULL);
  if (value == 0) return km_pass(finding, "this host forwards nothing");
  /* Without the engine's word it stays open who needs it: an error, not a guess. */
  if (!km_docker_list_networks(KM_WORDS("Name", "Driver"), &networks, &error)) return km_unread(finding, &error);
  size_t bridges = 0;
  for (km_json_entry entry = km_json_first(networks); entry.value.at != NULL; entry = km_json_next(entry)) {
    const char *driver = km_json_text(km_json_get(entry.value, "Driver"));
    const char *name = km_json_text(km_json_get(entry.value, "Name"));
    if (!km_is(driver, "bridge") && !km_is(driver, "overlay")) continue;
    bridges++;
    km_evidence_from(finding, KM_TEXT("network ", name != NULL ? name : "?"), "Driver", driver, NULL, "docker networks");
  }
  if (bridges == 0) return km_fail(finding, "this host forwards packets, and no network of Docker's needs it");
  return km_manual(finding, "Docker's networks need forwarding, and it holds for every interface: judge whether the "
                            "FORWARD and DOCKER-USER rules keep other networks apart");
}
