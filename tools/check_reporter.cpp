#include "check_reporter.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <unistd.h>

#include "checks.hpp"

namespace rt::tools {

CheckReporter::CheckReporter(int descriptor) : descriptor_(fcntl(descriptor, F_DUPFD_CLOEXEC, 200)) {
    if (descriptor_ >= 0) {
        close(descriptor);
    } else { // fewer may be open
        descriptor_ = descriptor;
        fcntl(descriptor_, F_SETFD, FD_CLOEXEC);
    }
}

void CheckReporter::send(const Json &line) const {
    const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    for (std::size_t sent = 0; sent < text.size();) {
        const ssize_t count = write(descriptor_, text.data() + sent, text.size() - sent);
        if (count < 0 && errno != EINTR) {
            return; // the parent has gone
        }
        sent += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
}

bool CheckReporter::run(const std::string &id, const std::string &hint,
                        const std::function<std::string()> &check) const {
    send({{"begin", id}});
    const auto begin = std::chrono::steady_clock::now();
    Json result;
    try {
        result = make_check(id, true, check());
    } catch (const CheckFailed &failed) {
        result = make_check(failed.id.empty() ? id : failed.id, false, failed.what(), failed.hint);
    } catch (const std::exception &error) {
        result = make_check(id, false, error.what(), hint);
    }
    result["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    send(result);
    return result["ok"].get<bool>();
}

} // namespace rt::tools
