/* field.c - the fields of a decoded message by their protobuf names: how a flow file asks whether a
 * message holds what its sentence says. */
#include <string.h>

#include "proto/codec/shape.h"
#include "proto/codec/wire.h"

/* The field of that name, or NULL. Field n of a shape has the number n + 1. */
static const struct field *field_named(const struct shape *shape, const char *name)
{
	for (size_t i = 0; shape && i < shape->count; i++) {
		const ProtobufCFieldDescriptor *d =
			protobuf_c_message_descriptor_get_field(shape->descriptor, (unsigned)i + 1);
		if (d && strcmp(d->name, name) == 0)
			return &shape->fields[i];
	}
	return NULL;
}

static size_t size_at(const uint8_t *plain, const struct field *f)
{
	uint8_t narrow = 0;
	uint16_t medium = 0;
	size_t wide = 0;
	const uint8_t *at = plain + f->size_at;
	if (f->width == sizeof narrow)
		memcpy(&narrow, at, sizeof narrow);
	else if (f->width == sizeof medium)
		memcpy(&medium, at, sizeof medium);
	else
		memcpy(&wide, at, sizeof wide);
	return wide + medium + narrow;
}

/* What a field holds; of a repeated one, its first item. */
static struct bytes value_of(const uint8_t *plain, const struct field *f)
{
	struct bytes view;
	const uint8_t *at = plain + f->at;
	switch (f->kind) {
	case FIELD_TEXT:
		return bytes_of_string((const char *)at);
	case FIELD_TEXTS:
		return size_at(plain, f) > 0 ? bytes_of_string((const char *)at) : bytes_of(at, 0);
	case FIELD_SIZED:
		return bytes_of(at, size_at(plain, f));
	case FIELD_NESTED:
		return bytes_of(at, size_at(plain, f) > 0 ? f->stride : 0);
	case FIELD_VIEW:
		memcpy(&view, at, sizeof view);
		return view;
	case FIELD_NUMBER:
		return bytes_of(at, f->width);
	case FIELD_FIXED:
	case FIELD_KINDS:
		break;
	}
	return bytes_of(at, f->max);
}

/* The count of a repeated field becomes one. */
static void count_one(uint8_t *plain, const struct field *f)
{
	uint8_t narrow = 1;
	uint16_t medium = 1;
	size_t wide = 1;
	uint8_t *at = plain + f->size_at;
	if (f->width == sizeof narrow)
		memcpy(at, &narrow, sizeof narrow);
	else if (f->width == sizeof medium)
		memcpy(at, &medium, sizeof medium);
	else
		memcpy(at, &wide, sizeof wide);
}

bool message_set_text(struct message *m, const char *field, const char *text)
{
	const struct field *f = field_named(shape_of(m->type), field);
	size_t size = strlen(text);
	uint8_t *plain = (uint8_t *)&m->as;
	if (!f || (f->kind != FIELD_TEXT && f->kind != FIELD_TEXTS) || size < f->min ||
	    size > f->max || !wire_text_is_good(bytes_of_string(text), false))
		return false;
	memset(plain + f->at, 0, f->max + 1);
	memcpy(plain + f->at, text, size);
	if (f->kind == FIELD_TEXTS)
		count_one(plain, f);
	return true;
}

bool message_has_field(enum message_type type, const char *field)
{
	return field_named(shape_of(type), field) ||
	       (type == MESSAGE_SECURE_CHANNEL_SETUP &&
		field_named(shape_of(MESSAGE_SETUP_BODY), field));
}

const char *message_lacks(const struct message *m, size_t index)
{
	const struct shape *shape = shape_of(m->type);
	for (size_t i = 0; shape && i < shape->count; i++) {
		const struct field *f = &shape->fields[i];
		bool must = f->min > 0 && (f->kind == FIELD_TEXT || f->kind == FIELD_SIZED);
		if (!must || value_of((const uint8_t *)&m->as, f).size > 0 || index-- > 0)
			continue;
		return protobuf_c_message_descriptor_get_field(shape->descriptor, (unsigned)i + 1)
			->name;
	}
	return NULL;
}

bool message_field(const struct message *m, const char *field, struct bytes *value)
{
	static struct setup_body body; /* the value of a field inside it outlives the call */
	const struct field *f = field_named(shape_of(m->type), field);
	const void *plain = &m->as;
	if (!f && m->type == MESSAGE_SECURE_CHANNEL_SETUP) {
		const struct secure_channel_setup *setup = &m->as.secure_channel_setup;
		f = field_named(shape_of(MESSAGE_SETUP_BODY), field);
		if (f &&
		    setup_body_decode(bytes_of(setup->body, setup->body_size), &body) != MESSAGE_OK)
			return false;
		plain = &body;
	}
	if (!f)
		return false;
	*value = value_of(plain, f);
	return value->size > 0;
}

const char *message_field_name(enum message_type type, size_t index, enum message_form *form)
{
	const struct shape *shape = shape_of(type);
	size_t own = shape ? shape->count : 0;
	if (index >= own && type == MESSAGE_SECURE_CHANNEL_SETUP) {
		shape = shape_of(MESSAGE_SETUP_BODY);
		index -= own;
	}
	if (!shape || index >= shape->count)
		return NULL;
	const ProtobufCFieldDescriptor *d =
		protobuf_c_message_descriptor_get_field(shape->descriptor, (unsigned)index + 1);
	enum field_kind kind = shape->fields[index].kind;
	bool is_unsigned = d->type == PROTOBUF_C_TYPE_UINT32 || d->type == PROTOBUF_C_TYPE_UINT64;
	*form = kind == FIELD_TEXT || kind == FIELD_TEXTS ? MESSAGE_FORM_TEXT
		: kind != FIELD_NUMBER                    ? MESSAGE_FORM_BYTES
		: is_unsigned                             ? MESSAGE_FORM_UNSIGNED
							  : MESSAGE_FORM_SIGNED;
	return d->name;
}
