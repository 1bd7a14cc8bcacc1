/* shapes_signalling.c - shapes of the messages that ask for, relay and agree a tunnel.
 *
 * Tables only; as in shapes_console.c. What is relayed may be empty and is not looked into: it
 * belongs to the pipes of the two ends.
 */
#include "proto/codec/knox.pb-c.h"
#include "proto/codec/shape.h"

/* clang-format off */
static const struct field tunnel_request_fields[] = {
	TEXT(tunnel_request, device, 1),
};
static const struct field tunnel_granted_fields[] = {
	NUMBER(tunnel_granted, association),
};
static const struct field connection_request_fields[] = {
	NUMBER(connection_request, association),
	TEXT(connection_request, device, 1),
};
static const struct field connection_granted_fields[] = {
	NUMBER(connection_granted, association),
};
static const struct field carried_fields[] = {
	NUMBER(carried, association),
	VIEW(carried, payload, CARRIED_MAX),
};
static const struct field tunnel_proposal_fields[] = {
	NUMBER(tunnel_proposal, mtu),
	NUMBER(tunnel_proposal, version),
};
static const struct field tunnel_parameters_fields[] = {
	NUMBER(tunnel_parameters, association),
	NUMBER(tunnel_parameters, mtu),
	NUMBER(tunnel_parameters, version),
};

static const struct shape list[] = {
	{ SHAPE(MESSAGE_TUNNEL_REQUEST, tunnel_request), FIELDS(tunnel_request_fields) },
	{ SHAPE(MESSAGE_TUNNEL_GRANTED, tunnel_granted), FIELDS(tunnel_granted_fields) },
	{ SHAPE(MESSAGE_CONNECTION_REQUEST, connection_request), FIELDS(connection_request_fields) },
	{ SHAPE(MESSAGE_CONNECTION_GRANTED, connection_granted), FIELDS(connection_granted_fields) },
	{ SHAPE(MESSAGE_SIGNAL_DATA, signal_data), FIELDS(carried_fields) },
	{ SHAPE(MESSAGE_RELAYED_SIGNAL, relayed_signal), FIELDS(carried_fields) },
	{ SHAPE(MESSAGE_TUNNEL_PROPOSAL, tunnel_proposal), FIELDS(tunnel_proposal_fields) },
	{ SHAPE(MESSAGE_TUNNEL_PARAMETERS, tunnel_parameters), FIELDS(tunnel_parameters_fields) },
	{ SHAPE(MESSAGE_DATAGRAM, datagram), FIELDS(carried_fields) },
	{ SHAPE(MESSAGE_RELAYED_DATAGRAM, relayed_datagram), FIELDS(carried_fields) },
};
/* clang-format on */

const struct shapes shapes_signalling = { list, sizeof list / sizeof *list };
