/* unknockable.c - checks that cannot be knocked out: what they keep out, nothing behind them could
 * act upon. */
#include "actors/dynamics/unknockable.h"

#define NOBODY_IS_TOLD                                                                             \
	"it is told to the session that has the association's number, and where that is not open " \
	"there is none, or one that is over"

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
	{ "pipe.handshake_proof",
	  "OpenSSL asks nobody whether a signature fits, and has no keys to go on with where both "
	  "ends saw other messages" },
	{ "infrastructure.granted_association_is_known", NOBODY_IS_TOLD },
	{ "infrastructure.signal_association_is_open", NOBODY_IS_TOLD },
	{ "infrastructure.downlink_association_is_open", NOBODY_IS_TOLD },
	{ NULL, NULL },
};
