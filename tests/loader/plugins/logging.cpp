// logging.cpp - hands messages to the host's log.
#include <rtffi/plugin.hpp>

static void log_message(std::int64_t level, std::string_view message) {
    rt::log(static_cast<int>(level), std::string(message));
}

RT_PLUGIN("logging", "1.0.0", "Says what it is told to")
RT_FUNCTION(log_message, "log_message(level: i64, message: text)", "Logs a message.")
