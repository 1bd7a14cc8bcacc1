/* host.c - virtual time for everyone who asks the C library, seeded randomness for OpenSSL.
 *
 * This is the one file that defines `time` and `gettimeofday`. libssl and libcrypto import both
 * dynamically, so the definitions of this executable are the ones they call. Without a living host
 * both fall through to the real clock.
 */
#include "sim/host/host.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include "proto/bytes.h"
#include "sim/host/algorithms.h"
#include "sim/host/random.h"

enum { KEY_SIZE = 32, NS_PER_S = 1000000000, NS_PER_US = 1000 };

struct host {
	OSSL_LIB_CTX *own;     /* the host's, with OpenSSL's own provider: makes the stream */
	OSSL_LIB_CTX *library; /* the run's, with some of that provider's algorithms */
	OSSL_PROVIDER *standard, *own_seeded; /* of own */
	OSSL_PROVIDER *algorithms, *seeded;   /* of library */
	EVP_MAC_CTX *mac;                     /* keyed with the seed */
	EVP_CIPHER *cipher;
	EVP_CIPHER_CTX *stream; /* keyed with the purpose, once something is drawn */
	struct buffer purpose;  /* encoded */
	bool keyed;
	bool forbidden;
	int64_t epoch_s;
	int64_t now_ns;
};

static struct host
	*current; /* one at a time: OpenSSL's generator and the C library know no other */

static void require(bool good)
{
	if (!good)
		abort(); /* OpenSSL cannot do what every run needs: nothing to report to */
}

static void mac_key(struct host *h, uint64_t seed)
{
	uint8_t key[8];
	char digest[] = "SHA256";
	OSSL_PARAM params[] = { OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
				OSSL_PARAM_END };
	write_u32(key, (uint32_t)(seed >> 32));
	write_u32(key + 4, (uint32_t)seed);
	EVP_MAC *mac = EVP_MAC_fetch(h->own, "HMAC", NULL);
	require(mac != NULL);
	h->mac = EVP_MAC_CTX_new(mac);
	EVP_MAC_free(mac);
	require(h->mac && EVP_MAC_init(h->mac, key, sizeof key, params) == 1);
}

/* In both contexts every draw is of the host: the run's algorithms draw in their provider's. */
static void load_run(struct host *h)
{
	h->own_seeded = random_install(h->own);
	h->algorithms = algorithms_load(h->library, h->standard);
	h->seeded = random_install(h->library);
	require(h->own_seeded && h->algorithms && h->seeded);
}

struct host *host_new(uint64_t seed, int64_t epoch_s)
{
	assert(!current);
	/* What openssl.cnf of this machine says must not reach into a run. */
	require(OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1);
	struct host *h = calloc(1, sizeof *h);
	require(h != NULL);
	h->epoch_s = epoch_s;
	h->own = OSSL_LIB_CTX_new();
	h->library = OSSL_LIB_CTX_new();
	require(h->own && h->library);
	h->standard = OSSL_PROVIDER_load(h->own, "default");
	require(h->standard != NULL);
	h->cipher = EVP_CIPHER_fetch(h->own, "AES-256-CTR", NULL);
	h->stream = EVP_CIPHER_CTX_new();
	require(h->cipher && h->stream);
	mac_key(h, seed);
	current = h;
	load_run(h);
	host_enter(h, &(struct host_purpose){ .actor = "", .what = "start" });
	return h;
}

OSSL_LIB_CTX *host_library(struct host *h)
{
	return h->library;
}

void host_set_time(struct host *h, int64_t now_ns)
{
	assert(now_ns >= h->now_ns);
	h->now_ns = now_ns;
}

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
	write_u32(at, value);
	return at + 4;
}

static uint8_t *put_u64(uint8_t *at, uint64_t value)
{
	return put_u32(put_u32(at, (uint32_t)(value >> 32)), (uint32_t)value);
}

static uint8_t *put_text(uint8_t *at, const char *text, size_t size)
{
	at = put_u32(at, (uint32_t)size);
	memcpy(at, text, size);
	return at + size;
}

/* At once: this is done for every packet and every step. */
static void encode_purpose(struct buffer *out, const struct host_purpose *p)
{
	size_t actor = strlen(p->actor), what = strlen(p->what);
	buffer_clear(out);
	buffer_reserve(out, 4 + actor + 4 + 8 + 8 + 4 + what);
	uint8_t *at = put_text(out->data, p->actor, actor);
	at = put_u64(put_u64(put_u32(at, p->incarnation), p->session), p->step);
	out->size = (size_t)(put_text(at, p->what, what) - out->data);
}

void host_enter(struct host *h, const struct host_purpose *p)
{
	encode_purpose(&h->purpose, p);
	h->keyed = false; /* the key is derived at the first draw: most purposes draw nothing */
	h->forbidden = false;
}

void host_forbid(struct host *h)
{
	h->forbidden = true;
}

static void purpose_key(struct host *h, struct bytes purpose, uint8_t key[KEY_SIZE])
{
	size_t size = 0;
	require(EVP_MAC_init(h->mac, NULL, 0, NULL) == 1 &&
		EVP_MAC_update(h->mac, purpose.data, purpose.size) == 1 &&
		EVP_MAC_final(h->mac, key, &size, KEY_SIZE) == 1 && size == KEY_SIZE);
}

uint64_t host_seed(struct host *h, const struct host_purpose *p)
{
	uint8_t key[KEY_SIZE];
	struct buffer purpose = { 0 };
	encode_purpose(&purpose, p);
	purpose_key(h, bytes_of_buffer(&purpose), key);
	buffer_fini(&purpose);
	return (uint64_t)read_u32(key) << 32 | read_u32(key + 4);
}

bool host_draw(uint8_t *out, size_t size)
{
	struct host *h = current;
	if (!h || size > INT32_MAX)
		return false;
	assert(!h->forbidden && "a check or a guard drew randomness");
	if (!h->keyed) {
		static const uint8_t zero_iv[16];
		uint8_t key[KEY_SIZE];
		purpose_key(h, bytes_of_buffer(&h->purpose), key);
		require(EVP_EncryptInit_ex2(h->stream, h->cipher, key, zero_iv, NULL) == 1);
		OPENSSL_cleanse(key, sizeof key);
		h->keyed = true;
	}
	int written = 0;
	memset(out, 0, size);
	return EVP_EncryptUpdate(h->stream, out, &written, out, (int)size) == 1 &&
	       written == (int)size;
}

void host_free(struct host *h)
{
	if (!h)
		return;
	assert(current == h);
	OSSL_PROVIDER_unload(h->seeded);
	OSSL_PROVIDER_unload(h->algorithms);
	OSSL_LIB_CTX_free(h->library);
	current = NULL;
	EVP_MAC_CTX_free(h->mac);
	EVP_CIPHER_CTX_free(h->stream);
	EVP_CIPHER_free(h->cipher);
	OSSL_PROVIDER_unload(h->own_seeded);
	OSSL_PROVIDER_unload(h->standard);
	OSSL_LIB_CTX_free(h->own);
	buffer_fini(&h->purpose);
	free(h);
}

/* -- what libssl and libcrypto call -- */

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	(void)zone;
	struct timespec now;
	if (current) {
		now.tv_sec = current->epoch_s + current->now_ns / NS_PER_S;
		now.tv_nsec = current->now_ns % NS_PER_S;
	} else if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
		return -1;
	}
	*tv = (struct timeval){ .tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / NS_PER_US };
	return 0;
}

time_t time(time_t *out)
{
	struct timeval now = { 0 };
	gettimeofday(&now, NULL);
	if (out)
		*out = now.tv_sec;
	return now.tv_sec;
}
