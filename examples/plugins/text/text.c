/* text.c - a sample plugin in C11: texts, arrays, and a class of objects.
 *
 * A function fails by calling rt_plugin_host->fail and returning 0 or NULL. A text or an array that is returned is
 * memory from rt_plugin_host->borrow; the caller copies it or uses it at once. */
#include <stdlib.h>
#include <string.h>

#include <rtffi/plugin.h>

static int is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static int64_t word_count(const char *text) {
    int64_t words = 0;
    for (; *text; text++) {
        words += !is_space(text[0]) && (is_space(text[1]) || text[1] == 0);
    }
    return words;
}

/* By characters of UTF-8: the bytes that continue a character (10xxxxxx) stay behind its first one. */
static const char *reversed(const char *text) {
    size_t size = strlen(text), end = size, at = 0;
    char *out = rt_plugin_host->borrow(size + 1);
    if (!out) {
        rt_plugin_host->fail("text_reversed(text: text) -> text", RT_E_MEMORY, NULL, "memory is exhausted");
        return NULL;
    }
    while (end > 0) {
        size_t begin = end - 1;
        while (begin > 0 && ((unsigned char)text[begin] & 0xC0) == 0x80) {
            begin--;
        }
        memcpy(out + at, text + begin, end - begin);
        at += end - begin;
        end = begin;
    }
    out[size] = 0;
    return out;
}

static int64_t sum(const int64_t *numbers, size_t count) {
    int64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        if (__builtin_add_overflow(total, numbers[i], &total)) {
            rt_plugin_host->fail("text_sum(numbers: [i64]) -> i64", RT_E_ARGUMENT, NULL,
                                 "the sum does not fit into an i64");
            return 0;
        }
    }
    return total;
}

/* A counter of words: an object behind a handle. As most objects, it is for one thread at a time. */
typedef struct {
    int64_t words;
    int64_t texts;
} counter;

static void counter_release(void *object) { free(object); }
RT_CLASS(counter_class, "TextCounter", "Counts the words of the texts it is given.", counter_release)

static int64_t counter_new(void) {
    counter *object = calloc(1, sizeof *object);
    int64_t handle = object ? rt_plugin_host->handle_create(counter_class, object) : 0;
    if (!handle) {
        free(object);
        rt_plugin_host->fail("text_counter_new() -> TextCounter", RT_E_MEMORY, NULL, "memory is exhausted");
    }
    return handle;
}

/* The pinned cell of a counter; what the handle of something else gets is an error that names the parameter. */
static void **counter_pin(int64_t handle, const char *signature) {
    void **cell = rt_plugin_host->handle_pin(handle, counter_class);
    if (!cell) {
        rt_plugin_host->fail_handle(signature, 0, handle, counter_class);
    }
    return cell;
}

#define COUNTER_ADD "text_counter_add(counter: TextCounter, text: text)"
static void counter_add(int64_t handle, const char *text) {
    void **cell = counter_pin(handle, COUNTER_ADD);
    if (cell) {
        counter *object = *cell;
        object->words += word_count(text);
        object->texts++;
        rt_plugin_host->handle_unpin(cell);
    }
}

#define COUNTER_TOTALS "text_counter_totals(counter: TextCounter) -> [i64]"
static const int64_t *counter_totals(int64_t handle, size_t *count) {
    void **cell = counter_pin(handle, COUNTER_TOTALS);
    int64_t *out = cell ? rt_plugin_host->borrow(2 * sizeof *out) : NULL;
    *count = 0;
    if (out) {
        const counter *object = *cell;
        out[0] = object->words;
        out[1] = object->texts;
        *count = 2;
    } else if (cell) {
        rt_plugin_host->fail(COUNTER_TOTALS, RT_E_MEMORY, NULL, "memory is exhausted");
    }
    if (cell) {
        rt_plugin_host->handle_unpin(cell);
    }
    return out;
}

RT_PLUGIN("text", "1.0.0", "Words and characters: a sample plugin in C")

RT_FUNCTION(word_count, "text_word_count(text: text) -> i64", "How many words the text has.", int64_t, const char *)
RT_FUNCTION(reversed, "text_reversed(text: text) -> text", "The text backwards.", const char *, const char *)
RT_FUNCTION(sum, "text_sum(numbers: [i64]) -> i64", "The sum of the numbers.", int64_t, const int64_t *, size_t)
RT_FUNCTION(counter_new, "text_counter_new() -> TextCounter", "Makes a counter of words.", int64_t)
RT_PROCEDURE(counter_add, COUNTER_ADD, "Counts the words of one more text.", void, int64_t, const char *)
RT_FUNCTION(counter_totals, COUNTER_TOTALS, "How many words and how many texts it has counted.", const int64_t *,
            int64_t, size_t *)
