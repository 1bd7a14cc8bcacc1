/* uem.c - UEM Cloud: the actor, what its store holds, and how an access key is made and registered
 * for whoever asked: people at console and Self-Service (uem_console.c), activated apps
 * (uem_keys.c).
 */
#include "actors/dynamics/uem.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "actors/dynamics/uem_records.h"
#include "actors/dynamics/vocabulary.h"

enum {
	KEY_LIFE_S = 24 * 60 * 60, /* D5: a day; FACTS 1.1 gives no default */
	KEY_WEAK_LETTERS = 3,      /* D33, weakened: these over and over */
};

/* -- records -- */

bool uem_key_of(const struct store *store, const char *uid, struct uem_key *key)
{
	struct bytes value;
	if (!store_get(store, UEM_TABLE_KEYS, bytes_of_string(uid), &value) ||
	    value.size != sizeof *key)
		return false;
	memcpy(key, value.data, sizeof *key);
	return true;
}

bool uem_key_is(const struct store *store, const char *uid, const uint8_t stored[VERIFIER_SIZE])
{
	struct uem_key key;
	bool same = uem_key_of(store, uid, &key) && memcmp(key.stored, stored, VERIFIER_SIZE) == 0;
	OPENSSL_cleanse(&key, sizeof key);
	return same;
}

bool uem_setup_of(const struct store *store, const uint8_t hash[HASH_SIZE], struct uem_setup *setup)
{
	struct bytes value;
	if (!store_get(store, UEM_TABLE_SETUPS, bytes_of(hash, HASH_SIZE), &value) ||
	    value.size != sizeof *setup)
		return false;
	memcpy(setup, value.data, sizeof *setup);
	return true;
}

struct bytes uem_shared(const struct store *store, const char *name)
{
	struct bytes value = { 0 };
	bool known = store_get(store, UEM_TABLE_SHARED, bytes_of_string(name), &value);
	assert(known);
	return value;
}

static void draw_key(const struct step *s, const char *uid, struct uem_key *key)
{
	uint8_t v[VERIFIER_SIZE];
	access_key_draw(s->crypto,
			policy_is_weakened(s->policy, SETTING_ACCESS_KEY) ? KEY_WEAK_LETTERS
									  : ACCESS_KEY_SIZE,
			key->ak);
	bool good = secure_channel_verifier(s->crypto, bytes_of_string(uid),
					    bytes_of_string(key->ak), v) &&
		    secure_channel_stored(s->crypto, v, key->stored);
	assert(good);
	key->expiry_s = s->epoch_s + s->now_ns / SECONDS_NS(1) + KEY_LIFE_S;
	OPENSSL_cleanse(v, sizeof v);
}

void uem_make_key(const struct step *s, const char *uid, const struct key_request *wish,
		  uint8_t stored[VERIFIER_SIZE], struct effects *out)
{
	struct uem_key key;
	struct message m = { .type = MESSAGE_REGISTER_KEY };
	struct register_key *r = &m.as.register_key;
	char typed[TYPED_KEY_MAX + 1];
	memset(&key, 0, sizeof key);
	draw_key(s, uid, &key);
	if (wish) {
		key.bound = 1;
		memcpy(key.nonce, wish->nonce, sizeof key.nonce);
		memcpy(key.app, wish->app, sizeof key.app);
	}
	memcpy(r->stored, key.stored, sizeof r->stored);
	memcpy(stored, key.stored, VERIFIER_SIZE);
	snprintf(r->uid, sizeof r->uid, "%s", uid);
	r->expiry_s = key.expiry_s;
	memcpy(r->uem, uem_shared(s->store, SHARED_TENANT).data, UEM_ID_SIZE);
	access_key_type(key.ak, typed);
	effects_hold(out, "access_key", HOLD_DRAWN, NULL, bytes_of_string(key.ak));
	effects_hold(out, "access_key", HOLD_DRAWN, NULL, bytes_of_string(typed));
	effects_persist(out, UEM_TABLE_KEYS, bytes_of_string(uid), bytes_of(&key, sizeof key));
	effects_send(out, PROXY_UEM, 0, &m);
	OPENSSL_cleanse(&key, sizeof key);
	OPENSSL_cleanse(typed, sizeof typed);
}

/* D31, weakened: as if the marks of what was spent, and the answers that go with them, were in
 * memory only. */
static bool forgets(const struct policy *p, uint8_t table, struct buffer *value)
{
	struct uem_key key;
	bool spent = table == UEM_TABLE_USED_TOKENS || table == UEM_TABLE_SETUPS ||
		     table == UEM_TABLE_RESPONSES || table == UEM_TABLE_DATA;
	if ((!spent && table != UEM_TABLE_KEYS) || !policy_is_weakened(p, SETTING_AFTER_RESTART))
		return false;
	if (spent) {
		value->size = 0;
		return true;
	}
	assert(value->size == sizeof key);
	memcpy(&key, value->data, sizeof key);
	key.spent = 0;
	memcpy(value->data, &key, sizeof key);
	OPENSSL_cleanse(&key, sizeof key);
	return true;
}

/* ---- the actor ---- */

static const struct machine *const machines[] = { [UEM_MACHINE_LINK] = &uem_link_machine,
						  [UEM_MACHINE_CONSOLE] = &uem_console_machine,
						  [UEM_MACHINE_KEYS] = &uem_keys_machine,
						  [UEM_MACHINE_REPLY] = &uem_reply_machine };
static const struct listen listens[] = { { PROXY_UEM, UEM_MACHINE_LINK },
					 { CONSOLE, UEM_MACHINE_CONSOLE },
					 { SELF_SERVICE, UEM_MACHINE_CONSOLE },
					 { KEY_REQUEST, UEM_MACHINE_KEYS },
					 { UEM_REPLY, UEM_MACHINE_REPLY } };
static const char *const tables[UEM_TABLES] = {
	[UEM_TABLE_USERS] = "users",
	[UEM_TABLE_KEYS] = "keys",
	[UEM_TABLE_USED_TOKENS] = "used_tokens",
	[UEM_TABLE_SETUPS] = "setups",
	[UEM_TABLE_RESPONSES] = "responses",
	[UEM_TABLE_DATA] = "data",
	[UEM_TABLE_APPS] = "apps",
	[UEM_TABLE_SHARED] = "shared",
	[UEM_TABLE_VERSIONS] = "versions",
};

const struct actor_class uem_actor = { .name = "uem",
				       .machines = machines,
				       .machines_count = 4,
				       .listens = listens,
				       .listens_count = 5,
				       .tables = tables,
				       .tables_count = UEM_TABLES,
				       .forgets = forgets };
