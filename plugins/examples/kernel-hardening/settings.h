/* Kernel settings: what they should be, and how a list of them makes a verdict. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "keelmark.h"

/* One setting of the kernel. */
typedef struct {
  const char *name;     /* as sysctl has it: "kernel.kptr_restrict" */
  const char *path;     /* where it is read */
  int64_t least, most;  /* the range that is good */
  const char *expected; /* the range in words */
} setting;

/* The verdict over settings. One that this kernel does not have is left out, and said. */
km_status judge_settings(km_finding *finding, const setting *settings, size_t count, const char *noun);

/* Reads one number. */
bool read_setting(const setting *setting, int64_t *value, km_error *error);

km_status forwarding(km_finding *finding);
km_status routing(km_finding *finding);

#endif
