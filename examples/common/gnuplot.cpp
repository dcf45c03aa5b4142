#include "gnuplot.hpp"

#include <cstdio>
#include <cstdlib>
#include <sstream>

#include <unistd.h>

namespace fs = std::filesystem;

std::string quoted(const std::string &text) {
    std::string out = "'"; // a quote is written twice
    for (const char c : text) {
        out += c == '\'' ? "''" : std::string(1, c);
    }
    return out + "'";
}

bool run_gnuplot(const std::string &script, const fs::path &file) {
    std::error_code ignored;
    fs::remove(file, ignored);
    FILE *pipe = popen("gnuplot", "w");
    if (pipe == nullptr) {
        return false;
    }
    const bool written = std::fwrite(script.data(), 1, script.size(), pipe) == script.size();
    const int status = pclose(pipe);
    return written && status == 0 && fs::exists(file, ignored);
}

std::string terminal(int width, int height, const fs::path &file) {
    const std::string size = " size " + std::to_string(width) + "," + std::to_string(height);
    return "if (strstrt(GPVAL_TERMINALS, 'pngcairo') > 0) { set terminal pngcairo font 'Sans,10'" + size +
           " } else { set terminal png" + size + " }\nset output " + quoted(file.string()) + "\n";
}

bool can_plot() {
    const char *path = std::getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (!folder.empty() && access((folder + "/gnuplot").c_str(), X_OK) == 0) {
            return true;
        }
    }
    return false;
}
