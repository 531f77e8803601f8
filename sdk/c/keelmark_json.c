/* A reader of JSON that keeps nothing but where a value begins: the text is checked once, and then walked. */
#include <string.h>

#include "keelmark_internal.h"

/* The engine's answers are 10 deep; recursion in a guest ends with a trap that names no cause. */
#define MAX_DEPTH 128

static const char *skip_blanks(const char *at) { return at + strspn(at, " \t\n\r"); }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Behind the digits; NULL where there is none. */
static const char *skip_digits(const char *at) {
  if (!is_digit(*at)) return NULL;
  while (is_digit(*at)) at++;
  return at;
}

static const char *skip_number(const char *at) {
  if (*at == '-') at++;
  at = *at == '0' ? at + 1 : skip_digits(at);
  if (at != NULL && *at == '.') at = skip_digits(at + 1);
  if (at != NULL && (*at == 'e' || *at == 'E')) {
    at++;
    if (*at == '+' || *at == '-') at++;
    at = skip_digits(at);
  }
  return at;
}

static int hex(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* The four hexadecimal digits at `at`; -1 where they are none. */
static int32_t hex4(const char *at) {
  int32_t code = 0;
  for (int i = 0; i < 4; i++) {
    int digit = hex(at[i]);
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

static const char *skip_text(const char *at) {
  if (*at++ != '"') return NULL;
  for (;; at++) {
    if (*at == '"') return at + 1;
    if ((unsigned char)*at < 0x20) return NULL; /* the end of the whole text, too */
    if (*at != '\\') continue;
    at++;
    if (*at == 'u') {
      if (hex4(at + 1) < 0) return NULL;
      at += 4;
    } else if (*at == 0 || strchr("\"\\/bfnrt", *at) == NULL) {
      return NULL;
    }
  }
}

static const char *skip_word(const char *at, const char *word) {
  return km_starts(at, word) ? at + strlen(word) : NULL;
}

/* Behind the value at `at`; NULL where there is no value. */
static const char *skip_value(const char *at, int depth) {
  if (depth > MAX_DEPTH) return NULL;
  switch (*at) {
    case '"': return skip_text(at);
    case 't': return skip_word(at, "true");
    case 'f': return skip_word(at, "false");
    case 'n': return skip_word(at, "null");
    case '{':
    case '[': break;
    default: return skip_number(at);
  }
  bool is_object = *at == '{';
  char end = is_object ? '}' : ']';
  at = skip_blanks(at + 1);
  if (*at == end) return at + 1;
  for (;;) {
    if (is_object) {
      at = skip_text(at);
      if (at == NULL) return NULL;
      at = skip_blanks(at);
      if (*at++ != ':') return NULL;
      at = skip_blanks(at);
    }
    at = skip_value(at, depth + 1);
    if (at == NULL) return NULL;
    at = skip_blanks(at);
    if (*at == end) return at + 1;
    if (*at++ != ',') return NULL;
    at = skip_blanks(at);
  }
}

bool km_json_parse(const char *text, km_json *value) {
  value->at = NULL;
  const char *start = skip_blanks(text);
  const char *end = skip_value(start, 0);
  if (end == NULL || *skip_blanks(end) != 0) return false;
  value->at = start;
  return true;
}

km_json_type km_json_type_of(km_json value) {
  if (value.at == NULL) return KM_JSON_NONE;
  switch (*value.at) {
    case 'n': return KM_JSON_NULL;
    case 't':
    case 'f': return KM_JSON_BOOL;
    case '"': return KM_JSON_TEXT;
    case '[': return KM_JSON_LIST;
    case '{': return KM_JSON_OBJECT;
    default: return KM_JSON_NUMBER;
  }
}

static const km_json_entry NO_ENTRY = {{NULL}, {NULL}};

/* The entry at `at`, which is a key where `is_object`. */
static km_json_entry entry_at(const char *at, bool is_object) {
  if (!is_object) return (km_json_entry){.value = {at}, .key = {NULL}};
  const char *colon = skip_blanks(skip_text(at));
  return (km_json_entry){.value = {skip_blanks(colon + 1)}, .key = {at}};
}

km_json_entry km_json_first(km_json value) {
  km_json_type type = km_json_type_of(value);
  if (type != KM_JSON_LIST && type != KM_JSON_OBJECT) return NO_ENTRY;
  const char *at = skip_blanks(value.at + 1);
  bool is_empty = *at == ']' || *at == '}';
  return is_empty ? NO_ENTRY : entry_at(at, type == KM_JSON_OBJECT);
}

km_json_entry km_json_next(km_json_entry entry) {
  if (entry.value.at == NULL) return NO_ENTRY;
  const char *at = skip_blanks(skip_value(entry.value.at, 0));
  return *at == ',' ? entry_at(skip_blanks(at + 1), entry.key.at != NULL) : NO_ENTRY;
}

/* Writes a character as UTF-8, and says behind it. */
static char *put(char *out, uint32_t code) {
  if (code < 0x80) {
    *out++ = (char)code;
    return out;
  }
  if (code < 0x800) {
    *out++ = (char)(0xC0 | code >> 6);
  } else {
    if (code < 0x10000) {
      *out++ = (char)(0xE0 | code >> 12);
    } else {
      *out++ = (char)(0xF0 | code >> 18);
      *out++ = (char)(0x80 | (code >> 12 & 0x3F));
    }
    *out++ = (char)(0x80 | (code >> 6 & 0x3F));
  }
  *out++ = (char)(0x80 | (code & 0x3F));
  return out;
}

/* The character of an escape \uXXXX; `*at` stands on its digits and is moved behind them, and behind a low half. */
static uint32_t escaped(const char **at) {
  const uint32_t unknown = 0xFFFD; /* the replacement character: for half a pair, and for a NUL, which ends C texts */
  uint32_t code = (uint32_t)hex4(*at);
  *at += 4;
  if (code >= 0xD800 && code < 0xDC00 && (*at)[0] == '\\' && (*at)[1] == 'u') {
    uint32_t low = (uint32_t)hex4(*at + 2);
    if (low >= 0xDC00 && low < 0xE000) {
      *at += 6;
      return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
  }
  return code == 0 || (code >= 0xD800 && code < 0xE000) ? unknown : code;
}

const char *km_json_text(km_json value) {
  if (km_json_type_of(value) != KM_JSON_TEXT) return NULL;
  const char *end = skip_text(value.at) - 1;
  /* No escape is shorter than what it stands for. */
  char *text = km_alloc((size_t)(end - value.at));
  char *out = text;
  for (const char *at = value.at + 1; at < end;) {
    if (*at != '\\') {
      *out++ = *at++;
      continue;
    }
    at++;
    switch (*at++) {
      case 'b': *out++ = '\b'; break;
      case 'f': *out++ = '\f'; break;
      case 'n': *out++ = '\n'; break;
      case 'r': *out++ = '\r'; break;
      case 't': *out++ = '\t'; break;
      case 'u': out = put(out, escaped(&at)); break;
      default: *out++ = at[-1];
    }
  }
  *out = 0;
  return text;
}

km_json km_json_field(km_json object, const char *key) {
  for (km_json_entry entry = km_json_first(object); entry.value.at != NULL; entry = km_json_next(entry)) {
    if (km_is(km_json_text(entry.key), key)) return entry.value;
  }
  return (km_json){NULL};
}

km_json km_json_get(km_json object, const char *path) {
  for (;;) {
    size_t length = strcspn(path, ".");
    object = km_json_field(object, km_copy(path, length));
    if (path[length] == 0) return object;
    path += length + 1;
  }
}

bool km_json_number(km_json value, int64_t *number) {
  if (km_json_type_of(value) != KM_JSON_NUMBER) return false;
  return km_parse_number(km_copy(value.at, (size_t)(skip_number(value.at) - value.at)), number);
}

bool km_json_bool(km_json value, bool fallback) {
  return km_json_type_of(value) == KM_JSON_BOOL ? *value.at == 't' : fallback;
}
