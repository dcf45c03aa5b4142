#include "workshop.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <rtffi/host.hpp>

namespace rt::tools::build {

namespace {

constexpr int ending_signals[] = {SIGHUP, SIGINT, SIGTERM};
constexpr unsigned char no_signal = 0;

// The other end of the pipe: there is one workshop at a time. A handler may do little more than write.
volatile std::sig_atomic_t telling = -1;

void tell(unsigned char number) {
    while (write(telling, &number, 1) < 0 && errno == EINTR) {
    }
}

extern "C" void tell_of_signal(int number) {
    const int before = errno;
    tell(static_cast<unsigned char>(number));
    errno = before;
}

using Handler = void (*)(int);

// Only where it is `from`: a signal that is ignored, as by nohup, stays so.
void replace_handlers(Handler from, Handler to) {
    for (const int number : ending_signals) {
        struct sigaction now = {};
        sigaction(number, nullptr, &now);
        if (now.sa_handler == from) {
            now.sa_handler = to;
            now.sa_flags = SA_RESTART;
            sigaction(number, &now, nullptr);
        }
    }
}

void remove_folder(const std::string &path) {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

} // namespace

Workshop::Workshop(const std::filesystem::path &folder) {
    std::error_code missing;
    path_ = (std::filesystem::canonical(folder, missing) / ".rtffi-build-XXXXXX").string();
    if (missing || mkdtemp(path_.data()) == nullptr) {
        throw Error(RT_E_ARGUMENT, "nothing can be written to " + folder.string() + ": name another file with -o");
    }
    int ends[2] = {};
    if (pipe2(ends, O_CLOEXEC) != 0) {
        const int error = errno;
        remove_folder(path_);
        throw std::system_error(error, std::generic_category(), "pipe");
    }
    told_ = ends[0];
    telling = ends[1];
    cleaner_ = std::thread([this] { wait_for_end(); });
    replace_handlers(SIG_DFL, tell_of_signal);
}

Workshop::~Workshop() {
    replace_handlers(tell_of_signal, SIG_DFL);
    tell(no_signal);
    cleaner_.join();
    close(told_);
    close(telling);
    remove_folder(path_);
}

void Workshop::wait_for_end() const {
    unsigned char number = no_signal;
    while (read(told_, &number, 1) < 0 && errno == EINTR) {
    }
    if (number != no_signal) {
        remove_folder(path_);
        replace_handlers(tell_of_signal, SIG_DFL);
        kill(getpid(), number);
    }
}

} // namespace rt::tools::build
