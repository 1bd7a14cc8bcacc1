/* scenario_guess.c - reads `guess:`: whose eyes, which words, how many. */
#include <stdlib.h>
#include <string.h>

#include "proto/crypto/access_key.h"
#include "sim/scenario/scenario_reader.h"
#include "sim/yaml/schema_scalar.h"
#include "sim/yaml/text_file.h"

struct raw_guess {
	const struct tree_node *secret, *from, *dictionary, *letters;
	int64_t length;
	int64_t budget;
	int finds; /* -1: absent */
};
enum { DICTIONARY_MAX = 1024 * 1024 }; /* bytes */
static const char key_letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

/* clang-format off: one key, one entry. */
static const char *const finds_words[] = { "no", "yes", NULL };
static const struct schema guess_fields[] = {
	{ "secret", "the class that is guessed at: access_key", SCHEMA_NAME,
	  SCHEMA_AT(struct raw_guess, secret), .required = true },
	{ "from", "the actor whose messages the guesses are held against", SCHEMA_NAME,
	  SCHEMA_AT(struct raw_guess, from), .required = true },
	{ "dictionary", "a file of words beside this one, one a line", SCHEMA_PATH,
	  SCHEMA_AT(struct raw_guess, dictionary) },
	{ "letters", "or all words of these letters", SCHEMA_NAME,
	  SCHEMA_AT(struct raw_guess, letters) },
	{ "length", "of that many; shorter than a key, they are repeated", SCHEMA_INTEGER,
	  SCHEMA_AT(struct raw_guess, length), .least = 1, .most = ACCESS_KEY_SIZE },
	{ "budget", "guesses at each message, at most", SCHEMA_INTEGER,
	  SCHEMA_AT(struct raw_guess, budget), .required = true, .least = 1, .most = 1000000000 },
	{ "finds", "whether a guess must be confirmed", SCHEMA_WORD,
	  SCHEMA_AT(struct raw_guess, finds), .words = finds_words },
	{ .name = NULL },
};
/* clang-format on */
const struct schema guess_schema = { .text = "guesses at a secret",
				     .kind = SCHEMA_GROUP,
				     .fields = guess_fields };

static bool refuse(struct flow_reading *n, const struct tree_node *node, const char *expected)
{
	schema_error(node, n->file, n->d, "%s", expected);
	return false;
}

/* Letters of keys, each once. */
static bool letters_are_good(const char *letters)
{
	for (const char *at = letters; *at; at++)
		if (!strchr(key_letters, *at) || strchr(at + 1, *at))
			return false;
	return true;
}

/* One line of a dictionary as a word of a key's letters: as it is typed, or shorter. */
static bool word_read(const char *line, size_t size, char word[ACCESS_KEY_SIZE + 1])
{
	if (access_key_normalise(bytes_of(line, size), word))
		return true;
	if (size == 0 || size > ACCESS_KEY_SIZE)
		return false;
	memcpy(word, line, size);
	word[size] = '\0';
	return strspn(word, key_letters) == size;
}

static void words_split(struct flow_reading *n, const char *file, struct bytes text,
			struct scenario_guess *g)
{
	int number = 1;
	char word[ACCESS_KEY_SIZE + 1];
	for (size_t at = 0; at < text.size; number++) {
		const char *line = (const char *)text.data + at;
		const char *end = memchr(line, '\n', text.size - at);
		size_t size = end ? (size_t)(end - line) : text.size - at;
		at += size + 1;
		if (!word_read(line, size, word)) {
			diag_add(n->d, file, number, 1,
				 "word, expected a key as it is typed, or 1 to 15 of a to z and 0 "
				 "to 9");
			continue;
		}
		g->words = reallocarray(g->words, g->words_count + 1, sizeof *g->words);
		if (!g->words)
			abort();
		g->words[g->words_count++] = flow_copy(word);
	}
}

/* The file stands beside the scenario. */
static bool read_dictionary(struct flow_reading *n, const struct tree_node *node,
			    struct scenario_guess *g)
{
	struct buffer path = { 0 }, text = { 0 };
	size_t before = n->d->count + n->d->beyond;
	const char *slash = strrchr(n->file, '/');
	if (slash)
		buffer_append(&path, bytes_of(n->file, (size_t)(slash - n->file) + 1));
	buffer_append(&path, bytes_of_string(node->text));
	buffer_append_u8(&path, 0);
	const char *file = (const char *)path.data;
	if (text_file_read_within(file, DICTIONARY_MAX, &text, n->d) == ERR_OK)
		words_split(n, file, bytes_of_buffer(&text), g);
	if (!g->words_count && n->d->count + n->d->beyond == before)
		refuse(n, node, "dictionary, expected a file with words");
	buffer_fini(&path);
	buffer_fini(&text);
	return n->d->count + n->d->beyond == before;
}

static bool read_words(struct flow_reading *n, const struct tree_node *node,
		       const struct raw_guess *raw, struct scenario_guess *g)
{
	if ((raw->dictionary != NULL) == (raw->letters != NULL))
		return refuse(n, node, "guess, expected either dictionary or letters");
	if ((raw->letters != NULL) != (raw->length > 0))
		return refuse(n, node, "guess, expected letters and length together");
	if (raw->dictionary)
		return read_dictionary(n, raw->dictionary, g);
	if (!letters_are_good(raw->letters->text))
		return refuse(n, raw->letters,
			      "letters, expected some of a to z and 0 to 9, each once");
	g->letters = flow_copy(raw->letters->text);
	g->what.length = (size_t)raw->length;
	return true;
}

static void read_guess(struct flow_reading *n, struct scenario *s, const struct tree_node *node)
{
	struct raw_guess raw = { .finds = -1 };
	size_t actor = 0;
	struct scenario_guess *g = &s->guesses[s->guesses_count];
	schema_read(&guess_schema, node, n->file, &raw, NULL);
	*g = (struct scenario_guess){ .finds = raw.finds, .place = node->place };
	if (!raw.secret || !raw.from)
		return; /* said already */
	s->guesses_count++;
	if (strcmp(raw.secret->text, "access_key") != 0)
		refuse(n, raw.secret, "secret, expected access_key: the others are not typed");
	if (flow_find_actor(n, raw.from, &actor) && read_words(n, node, &raw, g)) {
		g->what.actor = (int)actor;
		g->what.budget = (uint64_t)raw.budget;
		g->what.letters = g->letters;
		g->what.words = (const char *const *)g->words;
		g->what.words_count = g->words_count;
	}
}

void scenario_read_guesses(struct flow_reading *names, struct scenario *s,
			   const struct tree_node *guess)
{
	const struct tree_node *node = guess ? guess->first : NULL;
	for (; node && s->guesses_count < SCENARIO_GUESSES_MAX; node = node->next)
		if (node->kind == TREE_MAPPING)
			read_guess(names, s, node);
}

void scenario_free_guesses(struct scenario *s)
{
	for (size_t i = 0; i < s->guesses_count; i++) {
		struct scenario_guess *g = &s->guesses[i];
		for (size_t k = 0; k < g->words_count; k++)
			free(g->words[k]);
		free(g->words);
		free(g->letters);
	}
}
