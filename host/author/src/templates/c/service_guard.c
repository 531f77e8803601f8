/* The Docker service: who can change its unit file, and whether containers outlive a restart of the daemon.
 *
 * An example that asks for all three kinds of facts: a program's output, a file's metadata, the engine's own account. */
#include <string.h>

#include "checks.h"

/* Permission bits that let others than the owner write. */
#define OTHERS_WRITE 022

#define ANSWER "FragmentPath="

km_status service_guard(km_finding *finding) {
  km_error error;
  km_output shown;
  km_metadata file;
  km_json info;

  /* With km_unread(), a fact that cannot be read becomes the verdict "error", with the host's own words. */
  const char *const *args = KM_WORDS("show", "--property=FragmentPath", "docker.service");
  if (!km_run("systemctl", args, &shown, &error)) return km_unread(finding, &error);
  if (!shown.exited || shown.code != 0) {
    error = (km_error){KM_FAILED, KM_TEXT("systemctl show failed: ", km_trim(shown.err))};
    return km_unread(finding, &error);
  }
  const char *line = km_trim(shown.out);
  const char *path = km_starts(line, ANSWER) ? line + strlen(ANSWER) : "";
  if (*path == 0) return km_not_applicable(finding, "the host has no docker.service");
  if (!km_stat(path, true, &file, &error)) return km_unread(finding, &error);
  if (!km_docker_info(KM_WORDS("LiveRestoreEnabled"), &info, &error)) return km_unread(finding, &error);
  km_json restore = km_json_get(info, "LiveRestoreEnabled");
  if (km_json_type_of(restore) != KM_JSON_BOOL) {
    error = (km_error){KM_FAILED, "docker info does not tell LiveRestoreEnabled"};
    return km_unread(finding, &error);
  }

  bool is_guarded = file.uid == 0 && file.gid == 0 && (file.mode & OTHERS_WRITE) == 0;
  bool is_restored = km_json_bool(restore, false);
  km_evidence_from(finding, "unit docker.service", "FragmentPath", path, NULL, "systemctl show");
  km_evidence(finding, KM_TEXT("file ", path), "owner and mode",
              KM_TEXT(km_ownership(&file), " ", km_mode(file.mode)), "root:root, written by root alone");
  km_evidence_from(finding, "daemon", "LiveRestoreEnabled", km_yes(is_restored), "true", "docker info");
  if (!is_guarded || !is_restored) return km_fail(finding, "the Docker service is not guarded");
  return km_pass(finding, "only root can change docker.service, and containers outlive a restart of the daemon");
}
