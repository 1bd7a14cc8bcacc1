/* filter_read.c - reads an expression into a tree, by recursive descent of bounded depth. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/yaml/value.h"
#include "tools/actflow/filter_words.h"
#include "tools/actflow/text.h"

static const char *const comparisons[COMPARISONS + 1] = {
	[COMPARE_EQUAL] = "=",    [COMPARE_UNEQUAL] = "!=", [COMPARE_LESS] = "<",
	[COMPARE_AT_MOST] = "<=", [COMPARE_MORE] = ">",     [COMPARE_AT_LEAST] = ">=",
	[COMPARE_HOLDS] = "~",
};

enum { NAMES_SHOWN_MAX = 40 }; /* a longer list helps nobody */

/* -- a comparison -- */

static void add_names(struct buffer *out, const char *const *names, size_t count)
{
	if (count > NAMES_SHOWN_MAX) {
		text_printf(out, "one of %zu", count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		text_printf(out, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", names[i]);
}

static void unknown(struct reading *r, const char *what, const char *const *names, size_t count)
{
	struct buffer all = { 0 };
	add_names(&all, names, count);
	filter_error(r, what, text_string(&all), diag_nearest(filter_word(r), names, count));
	buffer_fini(&all);
}

/* The field in hand; FILTER_FIELDS when it is none, which was said. */
static enum filter_field read_field(struct reading *r)
{
	const char *names[FILTER_FIELDS];
	for (size_t i = 0; i < FILTER_FIELDS; i++) {
		names[i] = filter_field_name((enum filter_field)i);
		if (strcmp(names[i], filter_word(r)) == 0)
			return (enum filter_field)i;
	}
	unknown(r, "unknown field", names, FILTER_FIELDS);
	return FILTER_FIELDS;
}

static enum filter_comparison read_comparison(struct reading *r, enum filter_field field)
{
	struct buffer all = { 0 };
	bool text = field < FILTER_FIELDS && filter_value_of(field) == VALUE_TEXT;
	size_t found = 0;
	while (found < COMPARISONS && strcmp(comparisons[found], filter_word(r)) != 0)
		found++;
	add_names(&all, comparisons, COMPARISONS);
	if (found == COMPARISONS)
		filter_error(r, "unknown comparison", text_string(&all), filter_meant(r));
	else if (text && found > COMPARE_UNEQUAL && found != COMPARE_HOLDS)
		filter_error(r, "a text has no order", "=, != or ~", NULL);
	else if (!text && field < FILTER_FIELDS && found == COMPARE_HOLDS)
		filter_error(r, "a number has no parts", "=, !=, <, <=, > or >=", NULL);
	buffer_fini(&all);
	return (enum filter_comparison)found;
}

/* Names of what is counted here and nowhere else. */
static size_t own_names(enum filter_field field, const char **names)
{
	size_t count = 0;
	for (int i = RECORD_RUN; field == FILTER_KIND && i < RECORD_KINDS; i++)
		names[count++] = record_kind_name((enum record_kind)i);
	if (field != FILTER_RESULT)
		return count;
	names[count++] = "holds";
	names[count++] = "fails";
	return count;
}

static bool is_among(const char *word, size_t size, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == size && strncmp(names[i], word, size) == 0)
			return true;
	return false;
}

/* The number of a device behind a name, from 1: "app@2". */
static bool is_device(const char *digits)
{
	return *digits >= '1' && *digits <= '9' && strspn(digits, "0123456789") == strlen(digits);
}

/* "app@2": whether it is one of each device; what the flow does not say is taken. */
static void check_instance(struct reading *r, const char *at)
{
	const struct filter_list *each = &r->known->each_device;
	bool named = each->count == 0 || is_among(filter_word(r), (size_t)(at - filter_word(r)),
						  each->names, each->count);
	struct buffer all = { 0 };
	add_names(&all, each->names, each->count);
	if (!is_device(at + 1))
		filter_error(r, "not a device's number", "one from 1 behind the @", NULL);
	else if (!named)
		filter_error(r, "an actor of which not each device has one", text_string(&all),
			     NULL);
	buffer_fini(&all);
}

/* A value after = or !=, where all names are known. */
static void check_name(struct reading *r, enum filter_field field)
{
	const char *own[RECORD_KINDS];
	const char *word = filter_word(r), *at = strchr(word, '@');
	size_t count = own_names(field, own), size = strlen(word);
	const char *const *names = count > 0 ? own : r->known->fields[field].names;
	count = count > 0 ? count : r->known->fields[field].count;
	bool instance = (field == FILTER_ACTOR || field == FILTER_PEER) && at;
	if (count == 0 || size == 0)
		return;
	if (is_among(word, instance ? (size_t)(at - word) : size, names, count)) {
		if (instance)
			check_instance(r, at);
		return;
	}
	struct buffer what = { 0 };
	text_printf(&what, "unknown %s", filter_field_name(field));
	unknown(r, text_string(&what), names, count);
	buffer_fini(&what);
}

static void read_number(struct reading *r, struct filter_node *n)
{
	uint64_t number = 0;
	bool timed = filter_value_of(n->field) == VALUE_DURATION;
	const char *wrong =
		timed ? value_duration(n->text, &n->number) : value_unsigned(n->text, &number);
	if (!timed && !wrong && number > INT64_MAX)
		wrong = "is too large";
	if (!timed)
		n->number = (int64_t)(number & INT64_MAX);
	if (!wrong)
		return;
	struct buffer what = { 0 };
	text_printf(&what, "%s: %s", filter_field_name(n->field), wrong);
	filter_error(r, text_string(&what),
		     timed ? "a time with its unit (ns, us, ms, s, min or h), as 250ms"
			   : "a whole number",
		     NULL);
	buffer_fini(&what);
}

static void read_value(struct reading *r, struct filter_node *n)
{
	n->text = strdup(filter_word(r));
	if (!n->text)
		abort();
	if (n->field == FILTER_FIELDS)
		return;
	if (filter_value_of(n->field) != VALUE_TEXT)
		read_number(r, n);
	else if (n->comparison == COMPARE_EQUAL || n->comparison == COMPARE_UNEQUAL)
		check_name(r, n->field);
}

/* -- the tree -- */

static int add(struct reading *r, struct filter_node n)
{
	struct filter *f = r->filter;
	if (f->count == FILTER_NODES_MAX) {
		free(n.text);
		return filter_stop(r, "the expression is too long", "fewer comparisons", NULL);
	}
	f->nodes[f->count] = n;
	return (int)f->count++;
}

static int read_comparing(struct reading *r)
{
	struct filter_node n = { .kind = FILTER_COMPARES };
	if (r->token.kind != TOKEN_WORD || filter_word_joins(r))
		return filter_stop(r, "a comparison is missing", "a field, not or (",
				   filter_meant(r));
	n.field = read_field(r);
	filter_advance(r);
	if (r->token.kind != TOKEN_COMPARISON)
		return filter_stop(r, "a comparison is missing", "=, !=, <, <=, >, >= or ~",
				   filter_meant(r));
	n.comparison = read_comparison(r, n.field);
	filter_advance(r);
	if (r->token.kind == TOKEN_WORD && filter_word_joins(r))
		return filter_stop(r, "a value is missing", "a word, or this one in quotes", NULL);
	if (r->stuck || (r->token.kind != TOKEN_WORD && r->token.kind != TOKEN_QUOTED))
		return filter_stop(r, "a value is missing", "a word, or text in quotes", NULL);
	read_value(r, &n);
	int node = add(r, n);
	if (node >= 0)
		filter_advance(r);
	return node;
}

static int read_any(struct reading *r);

static int read_one(struct reading *r)
{
	int node = -1;
	if (r->stuck)
		return -1;
	if (++r->depth > FILTER_DEPTH_MAX)
		return filter_stop(r, "the expression is too deep",
				   "fewer not and ( inside each other", NULL);
	if (filter_is_word(r, "not")) {
		filter_advance(r);
		node = read_one(r);
		node = node < 0 ? -1
				: add(r, (struct filter_node){ .kind = FILTER_NOT, .left = node });
	} else if (r->token.kind == TOKEN_OPEN) {
		filter_advance(r);
		node = read_any(r);
		if (!r->stuck && r->token.kind != TOKEN_CLOSE)
			filter_stop(r, "a parenthesis is not closed", "and, or or )",
				    filter_meant(r));
		else if (!r->stuck)
			filter_advance(r);
	} else {
		node = read_comparing(r);
	}
	r->depth--;
	return node;
}

static int read_all(struct reading *r)
{
	int node = read_one(r);
	while (!r->stuck && filter_is_word(r, "and")) {
		filter_advance(r);
		int other = read_one(r);
		if (other >= 0)
			node = add(r, (struct filter_node){
					      .kind = FILTER_AND, .left = node, .right = other });
	}
	return node;
}

static int read_any(struct reading *r)
{
	int node = read_all(r);
	while (!r->stuck && filter_is_word(r, "or")) {
		filter_advance(r);
		int other = read_all(r);
		if (other >= 0)
			node = add(r, (struct filter_node){
					      .kind = FILTER_OR, .left = node, .right = other });
	}
	return node;
}

struct filter *filter_read(const char *text, const struct filter_known *known, struct diags *d)
{
	size_t errors = d->count;
	if (strlen(text) > FILTER_SIZE_MAX) {
		diag_add(d, "--filter", 1, 1, "too long, expected at most %d bytes, actual %zu",
			 FILTER_SIZE_MAX, strlen(text));
		return NULL;
	}
	struct filter *f = calloc(1, sizeof *f);
	if (!f)
		abort();
	struct reading r = { .text = text, .known = known, .filter = f, .d = d };
	filter_advance(&r);
	f->root = read_any(&r);
	if (!r.stuck && r.token.kind != TOKEN_END)
		filter_stop(&r, "the expression goes on", "and, or or the end", filter_meant(&r));
	buffer_fini(&r.token.value);
	if (d->count == errors) {
		assert(f->root >= 0);
		return f;
	}
	filter_free(f);
	return NULL;
}
