/* The checks of __NAME__. */
#ifndef CHECKS_H
#define CHECKS_H

#include "keelmark.h"

km_status service_guard(km_finding *finding);

#endif
