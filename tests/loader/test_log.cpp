// Messages that are not errors: from plugins to the host's sink, or to standard error.
#include <mutex>

#include <pthread.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "support/child.hpp"
#include "support/support.hpp"

namespace {

struct Sink {
    std::mutex mutex;
    std::vector<std::string> messages;
    static void take(void *context, std::int32_t level, const char *plugin, const char *message) {
        auto *sink = static_cast<Sink *>(context);
        const std::lock_guard lock(sink->mutex);
        sink->messages.push_back(std::to_string(level) + "|" + plugin + "|" + message);
    }
};

void log_through_plugin(std::int64_t level, const char *message) {
    test::call("log_message", {rt_i64(level), rt_text(message)});
}

} // namespace

TEST_CASE("a plugin's messages go to the host's sink, with level and plugin, from any thread") {
    const test::Opened plugin(test::plugin_path("logging"));
    Sink sink;
    rt_log_set(Sink::take, &sink);
    log_through_plugin(RT_LOG_DEBUG, "a detail");
    log_through_plugin(RT_LOG_ERROR, "");
    test::on_thread([] { log_through_plugin(RT_LOG_WARNING, "from a thread"); });
    rt_log_set(nullptr, nullptr);
    CHECK(sink.messages == std::vector<std::string>{"0|logging|a detail", "3|logging|", "2|logging|from a thread"});
}

TEST_CASE("a sink may call the core and log itself, and what it throws goes no further") {
    const test::Opened plugin(test::plugin_path("logging"));
    static int depth;
    depth = 0;
    rt_log_set(
        [](void *, std::int32_t, const char *, const char *) {
            if (depth++ < 3) {
                log_through_plugin(RT_LOG_INFO, "again");
            }
            rt_log_set(nullptr, nullptr);
            throw 7;
        },
        nullptr);
    log_through_plugin(RT_LOG_INFO, "first");
    rt_log_set(nullptr, nullptr);
    CHECK(depth == 4);
}

CHILD("log/standard_error") {
    const test::Opened plugin(test::plugin_path("logging"));
    log_through_plugin(RT_LOG_DEBUG, "not shown");
    log_through_plugin(RT_LOG_INFO, "not shown either");
    log_through_plugin(RT_LOG_WARNING, "the first");
    log_through_plugin(RT_LOG_ERROR, "the second");
    log_through_plugin(99, "the third");
    log_through_plugin(-5, "not shown");
}
TEST_CASE("without a sink warnings and errors go to standard error") {
    const test::ChildResult result = test::run_child("log/standard_error");
    CHECK(result.status == 0);
    CHECK(result.output == "rtffi: warning: logging: the first\n"
                           "rtffi: error: logging: the second\n"
                           "rtffi: error: logging: the third\n");
}

TEST_CASE("a thread that is cancelled while it logs is cancelled afterwards") {
    const test::Opened plugin(test::plugin_path("logging"));
    static std::atomic<bool> inside;
    static std::atomic<bool> survived;
    inside = false;
    survived = false;
    rt_log_set(
        [](void *, std::int32_t, const char *, const char *) {
            inside = true;
            usleep(50000); // where a thread may be cancelled
            survived = true;
        },
        nullptr);
    pthread_t thread = {};
    REQUIRE(pthread_create(
                &thread, nullptr,
                [](void *) -> void * {
                    log_through_plugin(RT_LOG_WARNING, "cancel me");
                    pthread_testcancel();
                    return nullptr;
                },
                nullptr) == 0);
    while (!inside) {
        std::this_thread::yield();
    }
    pthread_cancel(thread);
    void *ended = nullptr;
    REQUIRE(pthread_join(thread, &ended) == 0);
    rt_log_set(nullptr, nullptr);
    CHECK(ended == PTHREAD_CANCELED);
    CHECK(survived);
}
