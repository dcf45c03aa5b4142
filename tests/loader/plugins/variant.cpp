// variant.cpp - plugins that differ in what their metadata says: -DNAME, -DVERSION, and -DSCORE, -DVARIANT,
// -DNEEDS, -DBROKEN.
#include <string>

#include <rtffi/plugin.hpp>

#ifdef BROKEN
extern "C" void no_library_has_this(void);
#endif

static std::string which() {
#ifdef BROKEN
    no_library_has_this();
#endif
    return NAME " " VERSION;
}

RT_PLUGIN(NAME, VERSION, "One of several")
RT_FUNCTION(which, NAME "_which() -> text", "Its name and version.")
RT_FUNCTION(rt::fallback_reason, NAME "_why() -> text", "Why it was taken.")
#ifdef SCORE
RT_PLUGIN_KEY("score", SCORE)
#endif
#ifdef VARIANT
RT_PLUGIN_KEY("variant", VARIANT)
#endif
#ifdef NEEDS
RT_PLUGIN_KEY("needs", NEEDS)
#endif
