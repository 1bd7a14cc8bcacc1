/* carrier.h - the BIO between an SSL and its pipe: bytes of one feed in, units out.
 *
 * OpenSSL's memory BIO joins what is written; this one keeps each datagram apart, and lends OpenSSL
 * the bytes of a feed instead of copying them.
 */
#ifndef PROTO_PIPE_CARRIER_H
#define PROTO_PIPE_CARRIER_H

#include <openssl/bio.h>

#include "proto/pipe/layer.h"

/* What stands behind such a BIO; lives in the session. */
struct carrier {
	bool datagram;
	struct bytes in;     /* borrowed during a feed: what has not been read of it */
	bool ended;          /* nothing more will come: reads report the end */
	bool peeks;          /* a read leaves what it read */
	unsigned starved;    /* how often a read found nothing */
	struct buffer out;   /* byte stream: what was written since the last drain */
	struct layer *layer; /* datagrams: each is queued below at once */
};

/* The method of such BIOs; the caller frees it with BIO_meth_free. Aborts when there is no memory.
 */
BIO_METHOD *carrier_method_new(void);
/* Make a BIO of this method on c, which must outlive it. */
BIO *carrier_bio_new(OSSL_LIB_CTX *library, const BIO_METHOD *method, struct carrier *c);

#endif
