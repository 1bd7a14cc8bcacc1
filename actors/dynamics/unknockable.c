/* unknockable.c - checks that cannot be knocked out: what they keep out, nothing behind them could
 * take. */
#include "actors/dynamics/unknockable.h"

const struct unknockable dynamics_unknockable[] = {
	{ "uem.setup_point_is_on_curve",
	  "OpenSSL makes no key of a point that is not on its curve, so there is no shared secret "
	  "to go on with" },
	{ "app.response_point_is_on_curve",
	  "OpenSSL makes no key of a point that is not on its curve, so there is no shared secret "
	  "to go on with" },
	{ "pipe.message_form",
	  "bytes that are no message have no type and no fields, so there is nothing that an actor "
	  "could be told" },
	{ NULL, NULL },
};
