/* What a keelmark plugin in C is written with.
 *
 * A plugin is one section of one benchmark: a table of checks, each with a function that asks the host for facts and
 * answers with a verdict. The plugin defines the table under the name `keelmark_section`:
 *
 *     #include "keelmark.h"
 *
 *     static km_status passwd(km_finding *finding) {
 *         km_metadata file;
 *         km_error error;
 *         if (!km_stat("/etc/passwd", true, &file, &error)) return km_unread(finding, &error);
 *         km_evidence(finding, "file /etc/passwd", "mode", km_mode(file.mode), "0644");
 *         return file.mode & 022 ? km_fail(finding, "others can write it") : km_pass(finding, NULL);
 *     }
 *
 *     static const km_check CHECKS[] = {
 *         {.id = "1.1", .title = "Ensure that only root writes /etc/passwd", .slug = "passwd-writable", .audit = passwd},
 *     };
 *     const km_section keelmark_section = {
 *         .benchmark = "acme-docker-1", .number = "1", .title = "Hosts", .checks = CHECKS, .count = KM_COUNT(CHECKS),
 *     };
 *
 * Rules that hold everywhere:
 * - A function that asks the host returns false when there is no answer, and `error` says why. Such a fact is never a
 *   pass: return km_unread(), and the verdict is "error" with the cause. Every question passes the host's gate; what
 *   plugin.toml does not name is denied.
 * - Texts are UTF-8 and end with a NUL. What this library gives out lives until the check that asked returns; nothing
 *   is freed by hand, and what a check passes in is copied where it is kept.
 * - Nothing here uses stdio, and no plugin should: even snprintf() brings WASI's file functions into the component.
 */
#ifndef KEELMARK_H
#define KEELMARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keelmark_questions.h"

/* How many elements an array has. */
#define KM_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The words of a command line, or the fields of a question: KM_WORDS("show", "docker.service"). */
#define KM_WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* ---- Verdicts --------------------------------------------------------------------------------------------------- */

/* The five verdicts, in the contract's order; never overloaded. */
typedef enum { KM_PASS, KM_FAIL, KM_MANUAL, KM_NOT_APPLICABLE, KM_ERROR } km_status;

/* Why the host could not answer, in the contract's order. */
typedef enum {
  KM_DENIED,      /* not in the manifest, not granted, or above the host's ceiling */
  KM_NOT_FOUND,   /* the file, container, image or program does not exist */
  KM_INVALID,     /* the argument has a form that is never valid */
  KM_TIMEOUT,     /* the answer did not come within the time limit */
  KM_TOO_LARGE,   /* the answer is larger than the limit for one call */
  KM_UNAVAILABLE, /* the source cannot be asked at all: no engine, no such program */
  KM_PERMISSION,  /* keelmark runs without the privilege that this fact needs */
  KM_FAILED,      /* the source answered with a failure, or with something that cannot be read */
  KM_OTHER,       /* a cause that this version has no word for */
} km_error_kind;

/* A fact that could not be read. */
typedef struct {
  km_error_kind kind;
  const char *message; /* one sentence for the operator, complete without context */
} km_error;

/* The finding that a check is working on. */
typedef struct km_finding km_finding;

/* Attaches one fact that the verdict rests on. `subject` is what it is about ("container web", "daemon"), `property`
 * is named in the words of its source, `expected` is what would have been right, or NULL. */
void km_evidence(km_finding *finding, const char *subject, const char *property, const char *found,
                 const char *expected);

/* The same with where the fact was read: "docker info". */
void km_evidence_from(km_finding *finding, const char *subject, const char *property, const char *found,
                      const char *expected, const char *source);

/* The verdicts; a check returns one of them. A pass may go without a message (NULL), the others say in one sentence
 * what is wrong, what a person must judge, or why there is nothing to apply to. */
km_status km_pass(km_finding *finding, const char *message);
km_status km_fail(km_finding *finding, const char *message);
km_status km_manual(km_finding *finding, const char *message);
km_status km_not_applicable(km_finding *finding, const char *reason);

/* The verdict "error": a fact could not be read. Evidence that was attached before is dropped. */
km_status km_unread(km_finding *finding, const km_error *error);

/* Sums up what a check says about containers, images or other subjects, by the rules of keelmark's own checks: one that
 * is bad decides; else one that could not be read; else one to ask about. Nothing to judge is never a pass. */
typedef struct {
  const char *noun; /* the plural of what is judged: "containers" */
  size_t good, bad, ask, skipped, unread;
  km_error first;
} km_judge;

/* A subject that could not be read; with evidence that says so, since a fail over the others does not hide it. */
void km_judge_unread(km_judge *judge, km_finding *finding, const char *subject, const km_error *error);

/* The verdict over all that was counted. */
km_status km_judge_verdict(const km_judge *judge, km_finding *finding);

/* ---- The section ------------------------------------------------------------------------------------------------ */

/* Decides one recommendation. */
typedef struct {
  const char *id;    /* as the benchmark prints it: "1.2" */
  const char *title;
  const char *slug;  /* names what is found, never a number: "world-readable-secret" */
  km_status (*audit)(km_finding *finding);
  /* What a reader of a finding may ask next. NULL is unsaid. */
  const char *means;   /* what the recommendation asks for */
  const char *why;     /* what an attacker or an accident makes of it */
  const char *audited; /* which facts decide, and from where */
  const char *fix;     /* the exact lines that mend it */
  const char *level;   /* "1" or "2" */
  const char *assessment; /* "automated" or "manual" */
} km_check;

/* One section of a benchmark. */
typedef struct {
  const char *benchmark; /* the id of the whole: "acme-docker-1" */
  const char *number;
  const char *title;
  const km_check *checks;
  size_t count;
} km_section;

/* The plugin's section; the plugin defines it. */
extern const km_section keelmark_section;

/* Ends the plugin with a text that its author reads: logged, and part of the findings that are now missing. For what
 * must not happen; a fact that is missing is km_unread(). */
_Noreturn void keelmark_panic(const char *text);

#define KM_STRINGIFY_(line) #line
#define KM_STRINGIFY(line) KM_STRINGIFY_(line)

/* Ends the plugin where a condition does not hold, with its file, line and text. */
#define KM_ASSERT(condition) \
  ((condition) ? (void)0 : keelmark_panic(__FILE__ ":" KM_STRINGIFY(__LINE__) ": not so: " #condition))

/* ---- JSON: the engine's answers --------------------------------------------------------------------------------- */

/* A value inside a text that was checked as a whole; nothing is copied until a text is asked for. */
typedef struct {
  const char *at; /* NULL where there is no such value */
} km_json;

typedef enum { KM_JSON_NONE, KM_JSON_NULL, KM_JSON_BOOL, KM_JSON_NUMBER, KM_JSON_TEXT, KM_JSON_LIST, KM_JSON_OBJECT } km_json_type;

/* Checks a text and gives its value; false where it is not JSON, or deeper than 128 levels. */
bool km_json_parse(const char *text, km_json *value);

km_json_type km_json_type_of(km_json value);

/* The value at a dotted path: "HostConfig.RestartPolicy.Name". */
km_json km_json_get(km_json object, const char *path);

/* The value of a key that may hold dots: "com.docker.compose.project". */
km_json km_json_field(km_json object, const char *key);

/* A text without its escapes; NULL where the value is none. */
const char *km_json_text(km_json value);

/* A whole number; false where the value is none, or larger than 64 bits. */
bool km_json_number(km_json value, int64_t *number);

/* true or false; `fallback` where the value is neither. */
bool km_json_bool(km_json value, bool fallback);

/* The entries of a list or an object, in their order:
 *
 *     for (km_json_entry entry = km_json_first(list); entry.value.at != NULL; entry = km_json_next(entry)) …
 */
typedef struct {
  km_json value;
  km_json key; /* a text; none in a list */
} km_json_entry;

km_json_entry km_json_first(km_json list_or_object);
km_json_entry km_json_next(km_json_entry entry);

/* ---- Facts ------------------------------------------------------------------------------------------------------ */

/* A list of texts. */
typedef struct {
  const char *const *items;
  size_t count;
} km_list;

/* How a program that the host ran ended. */
typedef struct {
  bool exited; /* false when a signal ended it; there is no code then */
  int32_t code;
  const char *out;
  const char *err;
  bool truncated; /* there was more than the host's limit */
} km_output;

typedef enum { KM_FILE, KM_DIRECTORY, KM_SYMLINK, KM_SOCKET, KM_OTHER_FILE } km_file_kind;

/* What a file is. */
typedef struct {
  km_file_kind kind;
  uint32_t mode; /* the permission bits, 07777 at most */
  uint32_t uid, gid;
  const char *owner, *group; /* the names behind the numbers, or NULL */
  uint64_t size;
  int64_t modified;   /* seconds since 1970-01-01T00:00:00Z */
  const char *device; /* "major:minor" of its filesystem */
  const char *target; /* where a link points that was not followed, or NULL */
} km_metadata;

/* A process of the audited host. */
typedef struct {
  uint32_t pid, euid;
  km_list argv;
  int64_t started; /* seconds since 1970-01-01T00:00:00Z, or 0 where that is not known */
} km_process;

typedef struct {
  const km_process *items;
  size_t count;
} km_processes;

/* What the audited host is. */
typedef struct {
  const char *hostname, *kernel, *architecture, *os_id, *os_version, *os_name;
  bool privileged;      /* whether keelmark runs with uid 0 */
  bool engine_is_local; /* whether the engine runs on the host whose files are read */
} km_facts;

/* What the engine said about one of several objects. */
typedef struct {
  const char *id;
  bool ok;
  km_json json;   /* where ok */
  km_error error; /* where not; KM_NOT_FOUND for an object that vanished since it was listed */
} km_answer;

typedef struct {
  const km_answer *items;
  size_t count;
} km_answers;

/* Each function's capability in plugin.toml stands behind it. */
bool km_run(const char *program, const char *const *args, km_output *output, km_error *error); /* exec */
bool km_stat(const char *path, bool follow, km_metadata *file, km_error *error);               /* fs.stat */
bool km_read_text(const char *path, const char **text, km_error *error);                       /* fs.read-text */
bool km_list_dir(const char *path, km_list *names, km_error *error);                           /* fs.list-dir */
bool km_find_processes(const char *name, km_processes *found, km_error *error);                /* process.find */
bool km_describe_host(km_facts *facts, km_error *error);                                       /* host.facts */
bool km_now(int64_t *seconds, km_error *error);                                                /* host.now */
bool km_setting(const char *key, bool *is_set, km_json *value, km_error *error);               /* host.setting */

/* The engine's own JSON with the fields that were asked for; the capability is docker.NAME. keelmark_questions.h lists
 * the questions: km_docker_info(), km_docker_list_containers() … */
#define KM_DECLARE_ONE(name) bool km_docker_##name(const char *const *fields, km_json *answer, km_error *error);
KM_QUESTIONS_ONE(KM_DECLARE_ONE)

/* One answer for each of at most 1,000 ids: km_docker_inspect_containers() … */
#define KM_DECLARE_EACH(name) \
  bool km_docker_##name(km_list ids, const char *const *fields, km_answers *answers, km_error *error);
KM_QUESTIONS_EACH(KM_DECLARE_EACH)

/* The same, of whose answers no fields are chosen: km_docker_container_processes() … */
#define KM_DECLARE_EACH_WHOLE(name) bool km_docker_##name(km_list ids, km_answers *answers, km_error *error);
KM_QUESTIONS_EACH_WHOLE(KM_DECLARE_EACH_WHOLE)

/* A line for --verbose; the host limits how many there are, and how long. */
void km_log(const char *line);

/* ---- Texts ------------------------------------------------------------------------------------------------------ */

/* The largest text that km_join() makes. The host cuts messages and evidence at 4 KiB. */
#define KM_JOINED_MAX 8192

/* Texts one after the other: KM_TEXT("container ", name). What is over KM_JOINED_MAX is cut, at a character. */
#define KM_TEXT(...) km_join(KM_WORDS(__VA_ARGS__))
const char *km_join(const char *const *parts);

const char *km_number(int64_t number);                     /* "-12" */
const char *km_mode(uint32_t mode);                        /* "0644" */
const char *km_yes(bool value);                            /* "true", "false" */
const char *km_ownership(const km_metadata *file);         /* "root:docker", with numbers where there is no name */
const char *km_trim(const char *text);                     /* without blanks and line ends at both ends */
bool km_is(const char *text, const char *other);           /* equal; NULL equals nothing */
bool km_starts(const char *text, const char *prefix);
bool km_parse_number(const char *text, int64_t *number);   /* a decimal number and nothing else */

/* The next line of a text, without its end; false after the last. `*rest` begins as the text. */
bool km_next_line(const char **rest, const char **line);

/* Memory that lives as long as the check that asked for it. */
void *km_alloc(size_t bytes);

#endif
