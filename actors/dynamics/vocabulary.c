/* vocabulary.c - the names behind the numbers. */
#include "actors/dynamics/vocabulary.h"

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
