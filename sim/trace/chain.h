/* chain.h - the hash chain over a trace: head(0) = SHA-256(magic), head(n) = SHA-256(head(n-1) ||
 * length || record bytes). Writer and reader share it, so that they cannot differ.
 */
#ifndef SIM_TRACE_CHAIN_H
#define SIM_TRACE_CHAIN_H

#include <openssl/types.h>

#include "sim/trace/trace.h"

#define CHAIN_SEAL "head" /* the value of RECORD_END that holds the seal */

struct chain {
	uint8_t head[TRACE_HEAD_SIZE];
	EVP_MD *sha256; /* from the default library context: it draws nothing and keeps no time */
	EVP_MD_CTX *context;
};

/* Begin at head(0). chain_fini releases. libcrypto refusing SHA-256 aborts. */
void chain_init(struct chain *c);
/* Step over one record as it stands in the file, its 4-byte length in front. */
void chain_add(struct chain *c, struct bytes framed);
/* What RECORD_END holds as "head": the head of everything before it, stepped over that record as it
 * stands without any value. So the record that ends a trace vouches for itself too. */
void chain_seal(struct chain *c, const struct record *end, uint8_t seal[TRACE_HEAD_SIZE]);
void chain_fini(struct chain *c);

#endif
