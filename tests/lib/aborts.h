/* aborts.h - whether a bug of ours is caught: code that must end in an assertion, tried apart. */
#ifndef TESTS_LIB_ABORTS_H
#define TESTS_LIB_ABORTS_H

#include <stdbool.h>

/* Whether run() ends in SIGABRT; it runs in a process of its own, without output or a core file. */
bool aborts(void (*run)(void));

#endif
