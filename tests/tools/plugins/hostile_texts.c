/* hostile_texts.c - a plugin whose texts would be markup and script on a page that did not escape them. */
#define RT_GROUP "\"><img src=x onerror=\"document.title='owned'\">"
#include <rtffi/plugin.h>

#define SCRIPT "</p></code></details><script>document.title='owned'</script>"
#define QUOTES "\" onfocus=\"document.title='owned'\" autofocus x='&lt;b&gt;' & `"

static const char *twice(const char *text) { return text; }
static bool marked(bool value) { return value; }

RT_CLASS(class_, "Hostile", SCRIPT, NULL)
RT_PLUGIN("hostile_texts", "1.0.0<i>", SCRIPT)
RT_FUNCTION(twice, "hostile_twice(text: text = \"<b>'</b>\") -> text", SCRIPT QUOTES, const char *, const char *)
RT_FUNCTION(marked, "hostile_marked(value: bool) -> bool",
            "<!-- a comment that has no end, \x01\x1b[31m and \xff\xfe no UTF-8", bool, bool)
