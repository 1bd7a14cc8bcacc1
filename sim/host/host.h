/* host.h - the only door to time and randomness.
 *
 * While a host is alive, this program's own `time` and `gettimeofday` answer OpenSSL with virtual
 * time, and a small provider on a private library context gives it seeded randomness. Randomness is
 * keyed anew for every purpose, so that one draw more or less here shifts nothing elsewhere.
 */
#ifndef SIM_HOST_HOST_H
#define SIM_HOST_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/types.h>

struct host;

/* Make the host and put it in force; one at a time in a process. epoch_s: Unix time of virtual time 0. */
struct host *host_new(uint64_t seed, int64_t epoch_s);
/* The library context that all cryptography of the run uses; owned by the host. */
OSSL_LIB_CTX *host_library(struct host *h);
/* Set virtual time, nanoseconds since the run began; never backwards. */
void host_set_time(struct host *h, int64_t now_ns);

/* For what randomness is drawn; all of it goes into the key. */
struct host_purpose {
	const char *actor;
	uint32_t    incarnation;
	uint64_t    session; /* machine instance, or number of a channel's end */
	uint64_t    step;    /* counts the session's steps, or the end's operations */
	const char *what;    /* "examine", "action", "pipe", "start" */
};
/* From here on draws belong to this purpose. */
void host_enter(struct host *h, const struct host_purpose *p);
/* From here on a draw is a bug and aborts: checks and guards must not draw. */
void host_forbid(struct host *h);
/* A seed for a generator that is not cryptographic (wires): 8 bytes keyed by the purpose. */
uint64_t host_seed(struct host *h, const struct host_purpose *p);
void     host_free(struct host *h);

#endif
