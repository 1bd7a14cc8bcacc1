/* guess.c - tries guesses at access keys. It measures no time: who asks may. */
#include "sim/flow/guess.h"

#include <string.h>

#include <openssl/crypto.h>

#include "sim/flow/closure.h"

/* A short word is said over and over until it is as long as a key. */
static void fill(const char *word, size_t size, char ak[ACCESS_KEY_SIZE + 1])
{
	for (size_t i = 0; i < ACCESS_KEY_SIZE; i++)
		ak[i] = i < size ? word[i] : ak[i - size];
	ak[ACCESS_KEY_SIZE] = '\0';
}

bool guess_word(const struct guess *g, uint64_t number, char ak[ACCESS_KEY_SIZE + 1])
{
	char word[ACCESS_KEY_SIZE];
	if (number >= g->budget)
		return false;
	if (g->words) {
		if (number >= g->words_count)
			return false;
		fill(g->words[number], strlen(g->words[number]), ak);
		return true;
	}
	size_t letters = strlen(g->letters);
	for (size_t i = 0; i < g->length; i++, number /= letters)
		word[i] = g->letters[number % letters];
	if (number)
		return false;
	fill(word, g->length, ak);
	return true;
}

/* -- what a guess is held against -- */

static bool stored_fits(struct closure *c, const struct closure_unit *u, struct bytes ak)
{
	const struct register_key *r = &u->message->as.register_key;
	uint8_t v[VERIFIER_SIZE], s[VERIFIER_SIZE];
	return secure_channel_verifier(c->crypto, bytes_of_string(r->uid), ak, v) &&
	       secure_channel_stored(c->crypto, v, s) && CRYPTO_memcmp(s, r->stored, sizeof s) == 0;
}

static bool verifier_fits(struct closure *c, const struct closure_unit *u, struct bytes ak)
{
	const struct activation_request *r = &u->message->as.activation_request;
	uint8_t v[VERIFIER_SIZE];
	return secure_channel_verifier(c->crypto, bytes_of_string(r->uid), ak, v) &&
	       CRYPTO_memcmp(v, r->verifier, sizeof v) == 0;
}

static bool tag_fits(struct closure *c, const struct closure_unit *u, struct bytes ak)
{
	struct message m;
	struct mac tag;
	uint8_t p0[SECURE_CHANNEL_HASH_MAX];
	const struct closure_setup *s = u->setup;
	struct secure_channel_attempt a = {
		.crypto = c->crypto, .suite = s->suite, .uem = s->uem, .cid = s->cid
	};
	if (!s->has_token || message_decode(bytes_of_buffer(&u->bytes), &m) != MESSAGE_OK)
		return false;
	const struct secure_channel_setup *m1 = &m.as.secure_channel_setup;
	bool fits = secure_channel_p0(&a, bytes_of_string(s->uid), ak, s->salt, p0) &&
		    secure_channel_tag1(&a, p0, bytes_of(m1->body, m1->body_size), &tag) &&
		    tag.size == m1->tag1.size &&
		    CRYPTO_memcmp(tag.data, m1->tag1.data, tag.size) == 0;
	OPENSSL_cleanse(p0, sizeof p0);
	return fits;
}

static const struct {
	enum message_type type;
	bool (*fits)(struct closure *c, const struct closure_unit *u, struct bytes ak);
} targets[GUESS_TARGETS] = {
	[GUESS_STORED] = { MESSAGE_REGISTER_KEY, stored_fits },
	[GUESS_VERIFIER] = { MESSAGE_ACTIVATION_REQUEST, verifier_fits },
	[GUESS_TAG1] = { MESSAGE_SECURE_CHANNEL_SETUP, tag_fits },
};

static void unit_try(struct closure *c, const struct guess *g, enum guess_target target,
		     struct guessed *out)
{
	char ak[ACCESS_KEY_SIZE + 1];
	const struct closure_unit *u = &c->units[c->units_count - 1];
	if (u->type != targets[target].type)
		return; /* it could not be read */
	out->messages++;
	for (uint64_t n = 0; guess_word(g, n, ak); n++) {
		out->tried++;
		if (!targets[target].fits(c, u, bytes_of(ak, ACCESS_KEY_SIZE)))
			continue;
		if (!out->confirmed++)
			out->after = n + 1;
		break;
	}
	OPENSSL_cleanse(ak, sizeof ak);
}

static bool saw(const struct secrecy *x, const struct recorded_unit *u, int actor)
{
	for (size_t i = 0; i < u->seen_count; i++)
		if (x->evidence->attribution->instances[u->seen[i].who].actor == actor)
			return true;
	return false;
}

void guess_try(struct secrecy *x, const struct guess *g, enum guess_target target,
	       struct guessed *out)
{
	struct closure c; /* reads the messages, applies no rule */
	*out = (struct guessed){ 0 };
	if (!x->secrets)
		return;
	closure_init(&c, secrecy_crypto(x), x->secrets, x->search);
	for (size_t i = 0; i < x->recording.units_count; i++) {
		const struct recorded_unit *u = &x->recording.units[i];
		struct closure_value how = { .secret = -1, .device = u->device };
		if (u->type != targets[target].type || !saw(x, u, g->actor))
			continue;
		size_t before = c.units_count;
		closure_read(&c, bytes_of_buffer(&u->bytes), &how);
		if (c.units_count > before) /* else it is there already */
			unit_try(&c, g, target, out);
	}
	closure_fini(&c);
}
