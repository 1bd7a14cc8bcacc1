/* uem_provision.c - how UEM opens a provisioning request and seals the data: SECURE-CHANNEL.md
 * lines 11 to 13. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "actors/dynamics/uem_channel.h"
#include "actors/dynamics/vocabulary.h"
#include "proto/crypto/digest.h"
#include "proto/crypto/random.h"

static const struct uem_examined_wish *examined_of(const struct step *s)
{
	return &((const union uem_examined *)s->examined)->wish;
}

static struct secure_channel channel_of(const struct step *s, const struct uem_setup *c)
{
	return (struct secure_channel){
		.crypto = s->crypto, .suite = (enum suite)c->su, .keys = &c->keys, .th2 = c->th2
	};
}

/* D11: one user's app has agreed anew since. What an older channel's request brought, held back on
 * its way, would take the place of the master session key that the app has by now. */
static bool is_overtaken(const struct store *store, const struct uem_setup *c,
			 const uint8_t hash[HASH_SIZE])
{
	struct uem_key key;
	struct uem_setup newest;
	bool overtaken = uem_key_of(store, c->uid, &key) && key.spent &&
			 memcmp(key.setup_hash, hash, HASH_SIZE) != 0 &&
			 uem_setup_of(store, key.setup_hash, &newest) &&
			 strcmp(newest.app, c->app) == 0;
	OPENSSL_cleanse(&key, sizeof key);
	OPENSSL_cleanse(&newest, sizeof newest);
	return overtaken;
}

void uem_examine_wish(const void *session, const struct step *s, void *examined)
{
	struct uem_examined_wish *x = &((union uem_examined *)examined)->wish;
	const struct provisioning_request *m = &s->message->as.provisioning_request;
	struct buffer plain = { 0 };
	struct message inner;
	bool authentic = false;
	inner.type = MESSAGE_NONE; /* where nothing opens nothing is decoded */
	(void)session;
	x->known = digest_of(s->crypto, DIGEST_SHA256, s->wire, x->hash) &&
		   uem_setup_of(s->store, m->setup_hash, &x->setup);
	if (!x->known) /* whoever goes on all the same has a record of zeros, and keys of zeros */
		x->setup.su = SUITE_P256;
	if (!x->known || x->setup.wished || x->setup.ended)
		return; /* the keys of a channel that was used are gone */
	x->overtaken = is_overtaken(s->store, &x->setup, m->setup_hash);
	struct secure_channel channel = channel_of(s, &x->setup);
	if (!secure_channel_request_open(&channel, bytes_of(m->sealed, m->sealed_size), &plain,
					 &authentic))
		authentic = false;
	x->opens = authentic;
	bool reads = message_decode(bytes_of_buffer(&plain), &inner) == MESSAGE_OK &&
		     inner.type == MESSAGE_PROVISIONING_WISH;
	if (reads)
		x->wish = inner.as.provisioning_wish;
	x->whole = reads && strcmp(x->wish.app, x->setup.app) == 0;
	message_cleanse(&inner);
	buffer_cleanse(&plain);
}

bool uem_wish_is_a_repeat(const void *session, const struct step *s)
{
	const struct uem_examined_wish *x = examined_of(s);
	(void)session;
	return x->known && x->setup.wished && !x->setup.ended &&
	       memcmp(x->hash, x->setup.wish_hash, HASH_SIZE) == 0;
}

bool uem_wish_channel_is_known(const void *session, const struct step *s)
{
	(void)session;
	return examined_of(s)->known && !examined_of(s)->overtaken;
}

bool uem_wish_is_the_first(const void *session, const struct step *s)
{
	(void)session;
	return !examined_of(s)->setup.wished && !examined_of(s)->setup.ended;
}

bool uem_wish_opens(const void *session, const struct step *s)
{
	(void)session;
	return examined_of(s)->opens;
}

bool uem_wish_is_whole(const void *session, const struct step *s)
{
	(void)session;
	return examined_of(s)->whole;
}

/* D25: or one user's app could become, for UEM, an app of another user. */
bool uem_wish_is_for_own_device(const void *session, const struct step *s)
{
	const struct uem_examined_wish *x = examined_of(s);
	char owner[UID_MAX + 1];
	(void)session;
	return dynamics_owner(x->wish.instance, owner) && strcmp(x->setup.uid, owner) == 0;
}

bool uem_app_is_still_assigned(const void *session, const struct step *s)
{
	const struct uem_examined_wish *x = examined_of(s);
	struct bytes app;
	(void)session;
	return store_get(s->store, UEM_TABLE_USERS, bytes_of_string(x->setup.uid), &app) &&
	       bytes_equal(app, bytes_of_string(x->setup.app));
}

bool uem_version_is_entitled(const void *session, const struct step *s)
{
	const struct uem_examined_wish *x = examined_of(s);
	struct uem_versions versions;
	struct bytes value;
	(void)session;
	if (!store_get(s->store, UEM_TABLE_VERSIONS, bytes_of_string(x->setup.uid), &value) ||
	    value.size != sizeof versions)
		return false;
	memcpy(&versions, value.data, sizeof versions);
	for (size_t i = 0; i < versions.count; i++)
		if (strcmp(versions.list[i], x->wish.version) == 0)
			return true;
	return false;
}

static void set(struct provisioning *p, const char *name, const char *value)
{
	assert(p->settings_count < SETTINGS_MAX);
	struct app_setting *x = &p->settings[p->settings_count++];
	snprintf(x->name, sizeof x->name, "%s", name);
	snprintf(x->value, sizeof x->value, "%s", value);
}

/* S1.17: master session key, app configuration, Proxy list. Names of settings: FACTS 1.4. */
static void fill(struct provisioning *p, const struct step *s)
{
	random_draw(s->crypto, p->master_session_key, sizeof p->master_session_key);
	set(p, "GDAppConfigKeyServers", "app-server.example:443;priority=1");
	set(p, "GDAppConfigKeyPreventDataLeakageOut", "true");
	set(p, "GDAppConfigKeyCommunicationProtocols", "TLSv1_2");
	p->proxies_count = 1;
	snprintf(p->proxies[0], sizeof p->proxies[0], "proxy.example:17533");
}

/* Line 12: M4, whose associated data name the request that it answers. */
static void seal(const struct uem_setup *c, const struct step *s, const struct message *inner,
		 struct buffer *unit)
{
	struct message m = { .type = MESSAGE_PROVISIONING_DATA };
	struct provisioning_data *d = &m.as.provisioning_data;
	struct secure_channel channel = channel_of(s, c);
	struct buffer plain = { 0 }, sealed = { 0 };
	message_encode(inner, &plain);
	bool good = secure_channel_data_seal(&channel, s->wire, bytes_of_buffer(&plain), &sealed);
	assert(good && sealed.size <= sizeof d->sealed);
	d->sealed_size = (uint16_t)sealed.size;
	memcpy(d->sealed, sealed.data, sealed.size);
	message_encode(&m, unit);
	buffer_cleanse(&plain);
	buffer_fini(&sealed);
}

/* Line 13: the key has done its work when the app has been provisioned. One that was made since is
 * left.
 */
static void forget_key(const struct uem_setup *c, const struct step *s, struct effects *out)
{
	const uint8_t *hash = s->message->as.provisioning_request.setup_hash;
	struct uem_key key;
	if (!uem_key_of(s->store, c->uid, &key) || !key.spent ||
	    memcmp(key.setup_hash, hash, HASH_SIZE) != 0)
		return;
	OPENSSL_cleanse(key.ak, sizeof key.ak);
	effects_persist(out, UEM_TABLE_KEYS, bytes_of_string(c->uid), bytes_of(&key, sizeof key));
	effects_erase(out, "access_key");
}

/* Line 13: a request that gets no data ends the channel, with its keys. */
static void end_channel(struct uem_setup *c, const struct step *s, struct effects *out)
{
	memcpy(c, &examined_of(s)->setup, sizeof *c);
	c->ended = 1;
	OPENSSL_cleanse(&c->keys, sizeof c->keys);
	effects_persist(out, UEM_TABLE_SETUPS,
			bytes_of(s->message->as.provisioning_request.setup_hash, HASH_SIZE),
			bytes_of(c, sizeof *c));
	effects_erase(out, "ka");
	effects_erase(out, "ku");
}

void uem_refuse_and_end(void *session, const struct step *s, struct effects *out)
{
	end_channel(session, s, out);
	uem_refuse(session, s, out);
}

/* D29: the asker is authenticated by now, so it may be told why. */
static void deny(struct uem_setup *c, const struct step *s, enum result_code code,
		 struct effects *out)
{
	struct message m = { .type = MESSAGE_REFUSED, .as.refused = { .result = code } };
	end_channel(c, s, out);
	effects_answer(out, PROXY_UEM, s->request, &m);
}

void uem_deny_app(void *session, const struct step *s, struct effects *out)
{
	deny(session, s, RESULT_APP_DENIED, out);
}

void uem_deny_version(void *session, const struct step *s, struct effects *out)
{
	deny(session, s, RESULT_VERSION_DENIED, out);
}

void uem_provide(void *session, const struct step *s, struct effects *out)
{
	struct uem_setup *c = session;
	const struct uem_examined_wish *x = examined_of(s);
	struct bytes hash = bytes_of(s->message->as.provisioning_request.setup_hash, HASH_SIZE);
	struct message inner = { .type = MESSAGE_PROVISIONING };
	struct provisioning *p = &inner.as.provisioning;
	struct buffer unit = { 0 };
	char instance[INSTANCE_MAX + 1];
	memcpy(c, &x->setup, sizeof *c);
	dynamics_instance(c->app, x->wish.instance, instance);
	fill(p, s);
	seal(c, s, &inner, &unit);
	c->wished = 1;
	memcpy(c->wish_hash, x->hash, HASH_SIZE);
	OPENSSL_cleanse(&c->keys, sizeof c->keys); /* line 13: each key seals one message, ever */
	struct bytes key = bytes_of(p->master_session_key, MASTER_KEY_SIZE);
	effects_hold(out, "master_session_key", HOLD_DRAWN, NULL, key);
	effects_persist(out, UEM_TABLE_SETUPS, hash, bytes_of(c, sizeof *c));
	effects_persist(out, UEM_TABLE_DATA, hash, bytes_of_buffer(&unit));
	effects_persist(out, UEM_TABLE_APPS, bytes_of_string(instance), key);
	effects_erase(out, "ka");
	effects_erase(out, "ku");
	forget_key(c, s, out);
	uem_reply(s, hash.data, bytes_of_buffer(&unit), UEM_TOLD_DATA, out);
	buffer_fini(&unit);
	message_cleanse(&inner);
}

void uem_provide_again(void *session, const struct step *s, struct effects *out)
{
	(void)session;
	uem_reply_again(s, s->message->as.provisioning_request.setup_hash, UEM_TABLE_DATA, out);
}
