/* vocabulary.c - the names behind the numbers. */
#include "actors/dynamics/vocabulary.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const dynamics_channels[DYNAMICS_CHANNELS] = {
	[SCP_LINK] = "scp_link",
	[NOC_LINK] = "noc_link",
	[PROXY_UEM] = "proxy_uem",
	[CONSOLE] = "console",
	[SELF_SERVICE] = "self_service",
	[OUT_OF_BAND] = "out_of_band",
	[HANDOVER] = "handover",
	[SIGNALLING] = "signalling",
	[SIGNAL_SESSION] = "signal_session",
	[RELAY] = "relay",
	[TUNNEL] = "tunnel",
	[KEY_REQUEST] = "key_request",
	[NOC_SESSION] = "noc_session",
	[UEM_REPLY] = "uem_reply",
};

enum suite dynamics_suite(const struct policy *p)
{
	static const enum suite suites[] = { [SUITE_WORD_P521] = SUITE_P521,
					     [SUITE_WORD_P384] = SUITE_P384,
					     [SUITE_WORD_P256] = SUITE_P256 };
	return suites[policy_value(p, SETTING_SUITE)];
}

bool dynamics_trusts_any_host(const struct policy *p, enum pipe_check check)
{
	return check == PIPE_CHECK_HOST && policy_is_weakened(p, SETTING_HOST_NAMES);
}

void dynamics_user(uint32_t device, char out[UID_MAX + 1])
{
	assert(device > 0);
	if (device == 1)
		snprintf(out, UID_MAX + 1, "user@example.com");
	else
		snprintf(out, UID_MAX + 1, "user-%u@example.com", device);
}

void dynamics_device(uint32_t device, char out[APP_MAX + 1])
{
	assert(device > 0);
	snprintf(out, APP_MAX + 1, DYNAMICS_DEVICE_PREFIX "%u", device);
}

bool dynamics_enrolled(const char *certificate, char out[APP_MAX + 1])
{
	static const char kind[] = "device";
	char again[32];
	unsigned long number = 1; /* the only one has no number in its name */
	if (strncmp(certificate, kind, sizeof kind - 1) != 0)
		return false;
	if (certificate[sizeof kind - 1] != 0) {
		number = strtoul(certificate + sizeof kind, NULL, 10);
		snprintf(again, sizeof again, "%s@%lu", kind, number);
		if (number == 0 || number > UINT32_MAX || strcmp(again, certificate) != 0)
			return false;
	}
	dynamics_device((uint32_t)number, out);
	return true;
}

/* Only the one spelling that dynamics_device() gives is an id. */
bool dynamics_owner(const char *device, char out[UID_MAX + 1])
{
	size_t prefix = strlen(DYNAMICS_DEVICE_PREFIX);
	char again[APP_MAX + 1];
	if (strncmp(device, DYNAMICS_DEVICE_PREFIX, prefix) != 0)
		return false;
	unsigned long number = strtoul(device + prefix, NULL, 10);
	if (number == 0 || number > UINT32_MAX)
		return false;
	dynamics_device((uint32_t)number, again);
	if (strcmp(again, device) != 0)
		return false;
	dynamics_user((uint32_t)number, out);
	return true;
}

void dynamics_instance(const char *app, const char *device, char out[INSTANCE_MAX + 1])
{
	snprintf(out, INSTANCE_MAX + 1, "%s@%s", app, device);
}
