/* Memory that lives as long as a check, and the texts that are made of it. */
#include <stdlib.h>
#include <string.h>

#include "keelmark_internal.h"

/* A block, and the one that was asked for before it. The payload stands aligned behind it. */
typedef struct block {
  struct block *before;
  max_align_t payload[];
} block;

static block *newest;

void *km_alloc(size_t bytes) {
  /* One byte more than was asked for, and zero: a text of the host's then ends with a NUL without being copied. */
  if (bytes > SIZE_MAX - sizeof(block) - 1) keelmark_panic("a block of memory that no machine has");
  block *made = malloc(sizeof(block) + bytes + 1);
  if (made == NULL) keelmark_panic("out of memory");
  made->before = newest;
  newest = made;
  memset(made->payload, 0, bytes + 1);
  return made->payload;
}

void *km_mark(void) { return newest; }

void km_release(void *mark) {
  while (newest != NULL && newest != mark) {
    block *before = newest->before;
    free(newest);
    newest = before;
  }
}

#ifdef __wasm__
/* What the bindings free after the host has read an answer is ours, not malloc()'s: these take the place of theirs. */
void __wasm_export_exports_keelmark_plugin_guest_describe_post_return(uint8_t *answer);
__attribute__((__export_name__("cabi_post_keelmark:plugin/guest@0.1.0#describe"))) void
__wasm_export_exports_keelmark_plugin_guest_describe_post_return(uint8_t *answer) {
  (void)answer;
  km_release(NULL);
}

void __wasm_export_exports_keelmark_plugin_guest_audit_post_return(uint8_t *answer);
__attribute__((__export_name__("cabi_post_keelmark:plugin/guest@0.1.0#audit"))) void
__wasm_export_exports_keelmark_plugin_guest_audit_post_return(uint8_t *answer) {
  (void)answer;
  km_release(NULL);
}

/* What the WASI adapter keeps its state in, should a plugin use stdio after all: never released. */
void *cabi_realloc_adapter(void *old, size_t old_size, size_t align, size_t size);
__attribute__((__export_name__("cabi_realloc_adapter"))) void *cabi_realloc_adapter(void *old, size_t old_size,
                                                                                     size_t align, size_t size) {
  (void)old_size;
  (void)align;
  return realloc(old, size);
}

/* What the host writes its answers into. The bindings have one of their own, which gives way to this one. */
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size);
__attribute__((__export_name__("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align,
                                                                     size_t size) {
  (void)align; /* a block is aligned for everything */
  void *made = km_alloc(size);
  if (old != NULL) memcpy(made, old, old_size < size ? old_size : size);
  return made;
}
#endif

const char *km_join(const char *const *parts) {
  size_t length = 0;
  for (const char *const *part = parts; *part != NULL && length < KM_JOINED_MAX; part++) length += strlen(*part);
  bool is_cut = length > KM_JOINED_MAX;
  if (is_cut) length = KM_JOINED_MAX;
  char *text = km_alloc(length);
  size_t used = 0;
  for (const char *const *part = parts; *part != NULL && used < length; part++) {
    size_t size = strlen(*part);
    if (size > length - used) size = length - used;
    memcpy(text + used, *part, size);
    used += size;
  }
  /* Bytes 10xxxxxx go on with a character: what stands before them is half of one. */
  if (is_cut) {
    while (used > 0 && ((unsigned char)text[used - 1] & 0xC0) == 0x80) text[--used] = 0;
    if (used > 0 && ((unsigned char)text[used - 1] & 0x80) != 0) text[--used] = 0;
  }
  return text;
}

const char *km_number(int64_t number) {
  char digits[24];
  size_t at = sizeof(digits);
  /* Negating the smallest number would overflow. */
  uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  digits[--at] = 0;
  do {
    digits[--at] = (char)('0' + left % 10);
    left /= 10;
  } while (left > 0);
  if (number < 0) digits[--at] = '-';
  return KM_TEXT(&digits[at]);
}

const char *km_mode(uint32_t mode) {
  char digits[] = "0000";
  for (int at = 3; at >= 0; at--, mode >>= 3) digits[at] = (char)('0' + (mode & 7));
  return KM_TEXT(digits);
}

const char *km_yes(bool value) { return value ? "true" : "false"; }

const char *km_ownership(const km_metadata *file) {
  return KM_TEXT(file->owner != NULL ? file->owner : km_number(file->uid), ":",
                 file->group != NULL ? file->group : km_number(file->gid));
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

const char *km_trim(const char *text) {
  while (is_blank(*text)) text++;
  size_t length = strlen(text);
  while (length > 0 && is_blank(text[length - 1])) length--;
  return km_copy(text, length);
}

const char *km_copy(const char *text, size_t length) {
  char *copy = km_alloc(length);
  if (length > 0) memcpy(copy, text, length);
  return copy;
}

bool km_is(const char *text, const char *other) {
  return text != NULL && other != NULL && strcmp(text, other) == 0;
}

bool km_starts(const char *text, const char *prefix) { return strncmp(text, prefix, strlen(prefix)) == 0; }

bool km_parse_number(const char *text, int64_t *number) {
  bool is_negative = *text == '-';
  if (is_negative) text++;
  if (*text == 0) return false;
  int64_t sum = 0;
  for (; *text != 0; text++) {
    if (*text < '0' || *text > '9') return false;
    int64_t digit = *text - '0';
    if (__builtin_mul_overflow(sum, 10, &sum)) return false;
    if (is_negative ? __builtin_sub_overflow(sum, digit, &sum) : __builtin_add_overflow(sum, digit, &sum)) return false;
  }
  *number = sum;
  return true;
}

bool km_next_line(const char **rest, const char **line) {
  if (*rest == NULL || **rest == 0) return false;
  size_t length = strcspn(*rest, "\n");
  const char *end = *rest + length;
  bool is_dos = length > 0 && end[-1] == '\r';
  *line = km_copy(*rest, is_dos ? length - 1 : length);
  *rest = *end == '\n' ? end + 1 : end;
  return true;
}
