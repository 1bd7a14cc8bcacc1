/* carrier.c - the BIO method of sessions. It never blocks a write and never waits for a read. */
#include "proto/pipe/carrier.h"

#include <stdlib.h>
#include <string.h>

static int carrier_read(BIO *b, char *data, size_t size, size_t *got)
{
	struct carrier *c = BIO_get_data(b);
	BIO_clear_retry_flags(b);
	if (c->in.size == 0) {
		c->starved++;
		if (!c->ended)
			BIO_set_retry_read(b);
		return 0;
	}
	*got = c->in.size < size ? c->in.size : size;
	memcpy(data, c->in.data, *got);
	if (c->peeks)
		return 1;
	/* As recv does: what a datagram holds beyond the reader's room is lost. */
	size_t used = c->datagram ? c->in.size : *got;
	c->in = bytes_of(c->in.data + used, c->in.size - used);
	return 1;
}

static int carrier_write(BIO *b, const char *data, size_t size, size_t *written)
{
	struct carrier *c = BIO_get_data(b);
	BIO_clear_retry_flags(b);
	if (c->datagram)
		layer_push(c->layer, PIPE_BELOW, bytes_of(data, size));
	else
		buffer_append(&c->out, bytes_of(data, size));
	*written = size;
	return 1;
}

static long carrier_control(BIO *b, int command, long number, void *pointer)
{
	struct carrier *c = BIO_get_data(b);
	(void)pointer;
	if (command == BIO_CTRL_FLUSH)
		return 1;
	if (command == BIO_CTRL_DGRAM_SET_PEEK_MODE) {
		c->peeks = number != 0;
		return 1;
	}
	if (command == BIO_CTRL_EOF)
		return c->ended && c->in.size == 0;
	return 0; /* also BIO_CTRL_DGRAM_GET_MTU_OVERHEAD: the size given already leaves room for it
		   */
}

BIO_METHOD *carrier_method_new(void)
{
	BIO_METHOD *m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "carrier");
	if (!m || !BIO_meth_set_read_ex(m, carrier_read) ||
	    !BIO_meth_set_write_ex(m, carrier_write) || !BIO_meth_set_ctrl(m, carrier_control))
		abort();
	return m;
}

BIO *carrier_bio_new(OSSL_LIB_CTX *library, const BIO_METHOD *method, struct carrier *c)
{
	BIO *b = BIO_new_ex(library, method);
	if (!b)
		abort();
	BIO_set_data(b, c);
	BIO_set_init(b, 1);
	return b;
}
