/* access_key.c - what users type is brought into one form, or refused. Not a policy: how long a key
 * lives and how often one may fail is the actors' business.
 */
#include "proto/crypto/access_key.h"

#include <assert.h>
#include <string.h>

#include <openssl/crypto.h>

#include "proto/crypto/random.h"

enum {
	GROUP_SIZE = 5,                   /* "xxxxx-" */
	TYPED_SIZE = ACCESS_KEY_SIZE + 2, /* with both hyphens */
	UID_MIN = 3,                      /* a@b */
};
static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
enum { LETTERS = sizeof alphabet - 1 };

static void repeat(size_t drawn, char out[ACCESS_KEY_SIZE + 1])
{
	for (size_t i = drawn; i < ACCESS_KEY_SIZE; i++)
		out[i] = out[i - drawn];
	out[ACCESS_KEY_SIZE] = '\0';
}

void access_key_draw(struct crypto *c, size_t drawn, char out[ACCESS_KEY_SIZE + 1])
{
	uint8_t byte = 0;
	assert(drawn > 0 && drawn <= ACCESS_KEY_SIZE);
	for (size_t i = 0; i < drawn;) {
		random_draw(c, &byte, sizeof byte);
		if (byte <
		    256 / LETTERS * LETTERS) /* a remainder of more would favour its letters */
			out[i++] = alphabet[byte % LETTERS];
	}
	repeat(drawn, out);
	OPENSSL_cleanse(&byte, sizeof byte);
}

size_t access_key_weak_count(size_t drawn)
{
	size_t count = 1;
	assert(drawn > 0 && drawn <= ACCESS_KEY_WEAK_MAX);
	for (size_t i = 0; i < drawn; i++)
		count *= LETTERS;
	return count;
}

void access_key_weak(size_t drawn, size_t index, char out[ACCESS_KEY_SIZE + 1])
{
	assert(index < access_key_weak_count(drawn));
	for (size_t i = 0; i < drawn; i++, index /= LETTERS)
		out[i] = alphabet[index % LETTERS];
	repeat(drawn, out);
}

void access_key_type(const char key[ACCESS_KEY_SIZE + 1], char typed[TYPED_KEY_MAX + 1])
{
	assert(strlen(key) == ACCESS_KEY_SIZE);
	memset(typed, 0, TYPED_KEY_MAX + 1);
	for (size_t i = 0, at = 0; i < ACCESS_KEY_SIZE; i++) {
		if (i > 0 && i % GROUP_SIZE == 0)
			typed[at++] = '-';
		typed[at++] = key[i];
	}
}

/* The letter as it is hashed; 0 when it is none. */
static char normalised(uint8_t typed)
{
	if (typed >= 'A' && typed <= 'Z')
		return (char)(typed - 'A' + 'a');
	bool good = (typed >= 'a' && typed <= 'z') || (typed >= '0' && typed <= '9');
	return good ? (char)typed : '\0';
}

bool access_key_normalise(struct bytes typed, char out[ACCESS_KEY_SIZE + 1])
{
	memset(out, 0, ACCESS_KEY_SIZE + 1);
	bool hyphens = typed.size == TYPED_SIZE;
	bool good = hyphens || typed.size == ACCESS_KEY_SIZE;
	for (size_t i = 0, size = 0; good && i < typed.size; i++) {
		if (hyphens && i % (GROUP_SIZE + 1) == GROUP_SIZE) {
			good = typed.data[i] == '-';
			continue;
		}
		out[size] = normalised(typed.data[i]);
		good = out[size++] != '\0';
	}
	if (!good)
		OPENSSL_cleanse(out, ACCESS_KEY_SIZE + 1);
	return good;
}

bool uid_is_good(struct bytes uid)
{
	if (uid.size < UID_MIN || uid.size > UID_MAX)
		return false;
	size_t ats = 0;
	for (size_t i = 0; i < uid.size; i++) {
		uint8_t byte = uid.data[i];
		if (byte <= ' ' || byte >= 0x7f || (byte >= 'A' && byte <= 'Z'))
			return false;
		ats += byte == '@';
	}
	return ats == 1 && uid.data[0] != '@' && uid.data[uid.size - 1] != '@';
}
