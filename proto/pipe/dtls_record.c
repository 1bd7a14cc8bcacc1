/* dtls_record.c - heads of DTLS records and the window of their numbers (RFC 6347 4.1). */
#include "proto/pipe/dtls_record.h"

enum { HEAD_SIZE = 13, VERSION_AT = 1, EPOCH_AT = 3, NUMBER_AT = 5, LENGTH_AT = 11 };
enum { MAJOR = 0xfe, WINDOW = 64 };
/* An explicit nonce and a tag (RFC 5288 3): all suites here are AES-GCM. */
enum { AEAD_SIZE = 8 + 16 };

struct dtls_record dtls_record_read(struct bytes rest)
{
	struct dtls_record r = { .bytes = rest };
	if (rest.size < HEAD_SIZE)
		return r;
	r.headed = true;
	r.type = rest.data[0];
	r.version = read_u16(rest.data + VERSION_AT);
	r.epoch = read_u16(rest.data + EPOCH_AT);
	r.number = (uint64_t)read_u16(rest.data + NUMBER_AT) << 32 |
		   read_u32(rest.data + NUMBER_AT + 2);
	r.claimed = read_u16(rest.data + LENGTH_AT);
	if (HEAD_SIZE + r.claimed < rest.size)
		r.bytes.size = HEAD_SIZE + r.claimed;
	return r;
}

bool dtls_record_is_stub(const struct dtls_record *r)
{
	return r->headed && r->epoch > 0 && r->bytes.size < HEAD_SIZE + AEAD_SIZE;
}

static const char *fault_of_number(const struct dtls_window *w, uint64_t number)
{
	if (number > w->newest)
		return NULL;
	uint64_t age = w->newest - number;
	if (age >= WINDOW)
		return "a record older than the last 64";
	return w->accepted >> age & 1 ? "a record that came before" : NULL;
}

const char *dtls_record_fault(const struct dtls_record *r, uint16_t epoch,
			      const struct dtls_window *w)
{
	if (!r->headed)
		return "no record: too short for a head";
	if (r->version >> 8 != MAJOR)
		return "no record: not of DTLS";
	if (r->bytes.size < HEAD_SIZE + r->claimed)
		return "a record that was cut";
	if (r->epoch < epoch)
		return "a record of an epoch that is over";
	if (r->epoch > epoch)
		return "a record of an epoch to come";
	if (dtls_record_is_stub(r))
		return "a record too short for nonce and tag";
	return fault_of_number(w, r->number);
}

void dtls_window_add(struct dtls_window *w, uint64_t number)
{
	if (number > w->newest) {
		uint64_t ahead = number - w->newest;
		w->accepted = ahead < WINDOW ? w->accepted << ahead : 0;
		w->newest = number;
	}
	if (w->newest - number < WINDOW)
		w->accepted |= UINT64_C(1) << (w->newest - number);
}
