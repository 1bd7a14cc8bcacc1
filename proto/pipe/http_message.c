/* http_message.c - reads heads with http-parser, and holds them against what our ends write. */
#include "proto/pipe/http_message.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <http_parser.h>

#define TYPE_PLAIN "application/x-protobuf"
#define TYPE_NAMED TYPE_PLAIN "; messageType="

enum { NAME_MAX_SIZE = 64 }; /* bytes of a message name with its NUL */

enum header { HOST, CONTENT_TYPE, CONTENT_LENGTH, REQUEST_ID, HEADERS_KNOWN };

/* What is known while a head is read. */
struct reading {
	struct http_head *out;
	const char *wrong; /* the first fault */
	size_t headers;
	bool open; /* a header has begun and is not finished */
	struct bytes url, name, value;
	unsigned seen; /* bit set of known headers */
	struct bytes known[HEADERS_KNOWN];
};

static void blame(struct reading *r, const char *wrong)
{
	if (!r->wrong)
		r->wrong = wrong;
}

const char *http_head_find(struct bytes in, size_t seen, size_t *size)
{
	*size = 0;
	for (size_t i = seen; i < in.size && i < HTTP_HEAD_MAX; i++) {
		/* RFC 9112 2.2: a bare CR or LF is read as a line end by some and not by others. */
		if (in.data[i] == '\n' && (i == 0 || in.data[i - 1] != '\r'))
			return "a line ends in a bare LF";
		if (i > 0 && in.data[i - 1] == '\r' && in.data[i] != '\n')
			return "a bare CR";
		if (i >= 3 && memcmp(in.data + i - 3, "\r\n\r\n", 4) == 0) {
			*size = i + 1;
			return NULL;
		}
	}
	return in.size >= HTTP_HEAD_MAX ? "the head is longer than 8192 bytes" : NULL;
}

static bool is(struct bytes b, const char *text)
{
	return b.size == strlen(text) && strncasecmp((const char *)b.data, text, b.size) == 0;
}

/* RFC 9110 5.6.2: what a header's name may be made of. */
static bool is_token(struct bytes b)
{
	for (size_t i = 0; i < b.size; i++)
		if (!strchr("!#$%&'*+-.^_`|~0123456789"
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
			    b.data[i]) ||
		    b.data[i] == 0)
			return false;
	return b.size > 0;
}

static void finish_header(struct reading *r)
{
	static const char *const known[] = {
		[HOST] = "host",
		[CONTENT_TYPE] = "content-type",
		[CONTENT_LENGTH] = "content-length",
		[REQUEST_ID] = "x-request-id",
	};
	static const char *const refused[] = { "transfer-encoding", "upgrade", "trailer",
					       "expect" };
	if (!r->open)
		return;
	r->open = false;
	if (++r->headers > HTTP_HEADERS_MAX)
		blame(r, "more than 32 headers");
	if (!is_token(r->name))
		blame(r, "a header's name is no token");
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (is(r->name, refused[i]))
			blame(r, "a transfer coding, upgrade, trailer or expectation");
	for (size_t i = 0; i < HEADERS_KNOWN; i++) {
		if (!is(r->name, known[i]))
			continue;
		if (r->seen & 1u << i)
			blame(r, "a header that may stand once stands twice");
		r->seen |= 1u << i;
		r->known[i] = r->value;
	}
}

/* Pieces of one token follow each other in memory, since a head is read in one go. */
static void extend(struct bytes *b, const char *at, size_t size)
{
	const uint8_t *data = (const uint8_t *)at;
	if (b->data && b->data + b->size == data)
		b->size += size;
	else
		*b = bytes_of(data, size);
}

static int on_url(http_parser *p, const char *at, size_t size)
{
	struct reading *r = p->data;
	extend(&r->url, at, size);
	return 0;
}

static int on_name(http_parser *p, const char *at, size_t size)
{
	struct reading *r = p->data;
	const uint8_t *end = r->name.data ? r->name.data + r->name.size : NULL;
	if (end != (const uint8_t *)at) {
		finish_header(r);
		r->value = bytes_of(NULL, 0); /* of an empty one the parser may say nothing */
	}
	extend(&r->name, at, size);
	r->open = true;
	return 0;
}

static int on_value(http_parser *p, const char *at, size_t size)
{
	struct reading *r = p->data;
	extend(&r->value, at, size);
	return 0;
}

static int on_end(http_parser *p)
{
	finish_header(p->data);
	return 0;
}

/* Digits only, no more than max; the fault is blamed when it is anything else. */
static uint32_t number(struct reading *r, enum header h, uint32_t max, const char *wrong)
{
	struct bytes b = r->known[h];
	uint64_t value = 0;
	if (b.size == 0 || b.size > 10) {
		blame(r, wrong);
		return 0;
	}
	for (size_t i = 0; i < b.size; i++) {
		if (b.data[i] < '0' || b.data[i] > '9') {
			blame(r, wrong);
			return 0;
		}
		value = 10 * value + (uint64_t)(b.data[i] - '0');
	}
	if (value > max)
		blame(r, wrong);
	return value > max ? 0 : (uint32_t)value;
}

/* The type of this name; those that have a status of their own are not named. */
static enum message_type type_of_name(struct bytes name)
{
	char text[NAME_MAX_SIZE];
	if (name.size == 0 || name.size >= sizeof text || memchr(name.data, 0, name.size))
		return MESSAGE_NONE;
	memcpy(text, name.data, name.size);
	text[name.size] = 0;
	enum message_type type = message_type_of_name(text);
	return type == MESSAGE_DONE || type == MESSAGE_REFUSED ? MESSAGE_NONE : type;
}

static void read_request(struct reading *r, const http_parser *p)
{
	if (p->method != HTTP_POST)
		blame(r, "a method other than POST");
	r->out->host = r->known[HOST];
	if (r->out->host.size == 0)
		blame(r, "a request without a host");
	if (!is(r->known[CONTENT_TYPE], TYPE_PLAIN))
		blame(r, "an unknown content type");
	if (r->url.size > 1 && r->url.data[0] == '/')
		r->out->type = type_of_name(bytes_of(r->url.data + 1, r->url.size - 1));
	if (r->out->type == MESSAGE_NONE)
		blame(r, "an unknown path");
}

static void read_answer(struct reading *r, const http_parser *p)
{
	struct bytes type = r->known[CONTENT_TYPE];
	size_t prefix = strlen(TYPE_NAMED);
	r->out->answer = true;
	if (p->status_code == HTTP_STATUS_ACCEPTED) {
		r->out->type = MESSAGE_DONE;
		if (type.size > 0 || r->out->body_size > 0)
			blame(r, "a 202 with a body");
	} else if (p->status_code == HTTP_STATUS_FORBIDDEN) {
		r->out->type = MESSAGE_REFUSED;
		if (!is(type, TYPE_PLAIN))
			blame(r, "an unknown content type");
	} else if (p->status_code != HTTP_STATUS_OK) {
		blame(r, "an unknown status");
	} else {
		if (type.size > prefix && is(bytes_of(type.data, prefix), TYPE_NAMED))
			r->out->type =
				type_of_name(bytes_of(type.data + prefix, type.size - prefix));
		if (r->out->type == MESSAGE_NONE)
			blame(r, "an unknown message type");
	}
}

/* Our pipes fold no lines (RFC 9112 5.2), so a line that begins with a blank is refused. */
static bool folds(struct bytes head)
{
	for (size_t i = 1; i < head.size; i++)
		if (head.data[i - 1] == '\n' && (head.data[i] == ' ' || head.data[i] == '\t'))
			return true;
	return false;
}

static void check_versions_and_numbers(struct reading *r, const http_parser *p)
{
	if (p->http_major != 1 || p->http_minor != 1)
		blame(r, "another version than HTTP/1.1");
	r->out->body_size =
		number(r, CONTENT_LENGTH, HTTP_BODY_MAX, "a content length out of bounds");
	r->out->request = number(r, REQUEST_ID, UINT32_MAX, "a request number out of bounds");
	if (r->out->request == 0)
		blame(r, "a request number out of bounds");
}

const char *http_head_read(struct bytes head, struct http_head *out)
{
	static const struct http_parser_settings settings = {
		.on_url = on_url,
		.on_header_field = on_name,
		.on_header_value = on_value,
		.on_headers_complete = on_end,
	};
	struct reading r = { .out = out };
	struct http_parser p;
	*out = (struct http_head){ 0 };
	http_parser_init(&p, HTTP_BOTH);
	p.data = &r;
	if (head.data[0] != 'P' && head.data[0] != 'H')
		blame(&r, "neither a POST nor an answer");
	if (folds(head))
		blame(&r, "a folded line");
	size_t read = http_parser_execute(&p, &settings, (const char *)head.data, head.size);
	if (HTTP_PARSER_ERRNO(&p) != HPE_OK)
		blame(&r, http_errno_description(HTTP_PARSER_ERRNO(&p)));
	else if (read != head.size || p.type == HTTP_BOTH)
		blame(&r, "the head ends early");
	check_versions_and_numbers(&r, &p);
	if (p.type == HTTP_REQUEST)
		read_request(&r, &p);
	else if (p.type == HTTP_RESPONSE)
		read_answer(&r, &p);
	return r.wrong;
}

bool http_head_names(const struct http_head *head, const char *host)
{
	return is(head->host, host);
}

static void append_text(struct buffer *out, const char *text)
{
	buffer_append(out, bytes_of_string(text));
}

static void append_start(const struct http_head *head, const char *host, struct buffer *out)
{
	const char *name = message_name(head->type);
	if (!head->answer) {
		append_text(out, "POST /");
		append_text(out, name);
		append_text(out, " HTTP/1.1\r\nHost: ");
		append_text(out, host);
		append_text(out, "\r\nContent-Type: " TYPE_PLAIN "\r\n");
	} else if (head->type == MESSAGE_DONE) {
		append_text(out, "HTTP/1.1 202 Accepted\r\n");
	} else if (head->type == MESSAGE_REFUSED) {
		append_text(out, "HTTP/1.1 403 Forbidden\r\nContent-Type: " TYPE_PLAIN "\r\n");
	} else {
		append_text(out, "HTTP/1.1 200 OK\r\nContent-Type: " TYPE_NAMED);
		append_text(out, name);
		append_text(out, "\r\n");
	}
}

void http_message_append(const struct http_head *head, const char *host, struct bytes body,
			 struct buffer *out)
{
	char lines[96];
	append_start(head, host, out);
	snprintf(lines, sizeof lines, "Content-Length: %zu\r\nX-Request-Id: %u\r\n\r\n", body.size,
		 (unsigned)head->request);
	append_text(out, lines);
	buffer_append(out, body);
}
