/* What the fake host was told, and what it answers. */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H

/* The findings, one a line: "1.1 pass: message [subject|property|found|expected|key=value]". */
extern char fake_findings[8192];
/* The last log line. */
extern char fake_log[1024];
/* The answer to every question to the engine. */
extern const char *fake_answer;

#endif
