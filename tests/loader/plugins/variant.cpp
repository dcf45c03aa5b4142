// variant.cpp - plugins that differ in what their metadata says: -DNAME, -DVERSION, and -DSCORE, -DNEEDS, -DBROKEN.
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
#ifdef SCORE
RT_PLUGIN_KEY("score", SCORE)
RT_PLUGIN_KEY("variant", "score " SCORE)
#endif
#ifdef NEEDS
RT_PLUGIN_KEY("needs", NEEDS)
#endif
