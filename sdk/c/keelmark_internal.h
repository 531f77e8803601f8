/* What the library's files share with each other; nothing for plugins. */
#ifndef KEELMARK_INTERNAL_H
#define KEELMARK_INTERNAL_H

#include "bindings/plugin.h"
#include "keelmark.h"

/* Everything that km_alloc() gave since a mark was taken is released again. */
void *km_mark(void);
void km_release(void *mark);

/* A copy of `length` bytes, with a NUL behind them. */
const char *km_copy(const char *text, size_t length);

/* The contract's text of a C text; NULL is the empty one. */
plugin_string_t km_string(const char *text);

#endif
