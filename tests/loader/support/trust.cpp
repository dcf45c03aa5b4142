#include "trust.hpp"

#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "child.hpp"

namespace test {

namespace {

std::string output_of(const std::vector<std::string> &command) {
    std::vector<std::string> arguments{"/usr/bin/env"};
    arguments.insert(arguments.end(), command.begin(), command.end());
    const ChildResult result = run_program(arguments);
    REQUIRE_MESSAGE(result.status == 0, command[0], ": ", result.output);
    return result.output;
}

} // namespace

Scene::Scene() {
    set_mode(folder.path(), 0755);
    std::filesystem::create_directory(above);
    set_mode(above, 0755);
    path = folder.add(plugin_path("hook_a"), "above/plugin.so");
    set_mode(path, 0644);
}

void Scene::set_mode(const std::filesystem::path &path, mode_t mode) { REQUIRE(chmod(path.c_str(), mode) == 0); }

std::string sums(std::vector<std::string> files) {
    files.insert(files.begin(), "sha256sum");
    return output_of(files);
}

std::string Listed::add(const std::string &plugin) const { return folder.add(plugin_path(plugin), plugin + ".so"); }

std::string Listed::listed(const std::string &plugin) const {
    const std::string path = add(plugin);
    demand(plugin + ".sums", {path});
    return path;
}

void Listed::demand(const std::string &list, const std::vector<std::string> &files) const {
    const std::string path = folder.write(list, sums(files));
    REQUIRE(rt_trust_require(RT_TRUST_DIGESTS, path.c_str()) == RT_OK);
}

Keys::Keys(const std::string &name) : pub(folder.file(name + ".pub")), secret(folder.file(name + ".key")) {
    output_of({"minisign", "-G", "-W", "-p", pub, "-s", secret});
}

void Keys::sign(const std::string &file, const std::vector<std::string> &options) const {
    std::vector<std::string> command{"minisign", "-S", "-s", secret, "-m", file, "-t", "made by a test"};
    command.insert(command.end(), options.begin(), options.end());
    output_of(command);
}

void Keys::demand() const { REQUIRE(rt_trust_require(RT_TRUST_KEYS, pub.c_str()) == RT_OK); }

void is_bad(std::int64_t rule, const BadList &list) {
    const TempFolder folder;
    const std::string path = folder.write("list", list.content);
    REQUIRE(rt_trust_require(rule, path.c_str()) == RT_E_ARGUMENT);
    const LastError error = last_error();
    CHECK_MESSAGE(error.cause == "bad_list", error.cause, " of ", list.text);
    CHECK_MESSAGE(contains(error.message, path + list.text), error.message, " has not: ", list.text);
}

void opens(const std::string &path) {
    const Opened opened(path);
    REQUIRE_MESSAGE(opened.handle != 0, path, ": ", last_error().message);
}

void refused(const std::string &path, const char *cause, std::initializer_list<std::string> texts) {
    const Opened opened(path);
    REQUIRE_MESSAGE(opened.handle == 0, path);
    const LastError error = last_error();
    CHECK_MESSAGE(error.code == RT_E_UNTRUSTED, error.message);
    CHECK_MESSAGE(error.cause == cause, error.cause, " is not ", cause, ": ", error.message);
    for (const std::string &text : texts) {
        CHECK_MESSAGE(contains(error.message, text), error.message, " has not: ", text);
    }
}

nlohmann::json trust_check(const std::string &path) {
    const nlohmann::json document = nlohmann::json::parse(inspection_of(path));
    for (const nlohmann::json &check : document["checks"]) {
        if (check["id"] == "trust") {
            return check;
        }
    }
    FAIL("no check of trust: " << document.dump());
    return {};
}

void write_in_place(const std::string &path, const std::string &content) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    REQUIRE(file.good());
}

bool mapped(const std::string &name) { return contains(read_file("/proc/self/maps"), name); }

std::size_t descriptors() {
    const std::filesystem::directory_iterator folder("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(folder), end(folder)));
}

void passes_alone(const std::string &name, std::vector<std::string> environment) {
    const TempFolder home;
    environment.insert(environment.end(), {"RTFFI_PLUGIN_PATH=", "XDG_CONFIG_HOME=" + home.path().string(),
                                           "HOME=" + home.path().string()});
    passes(name, environment);
}

} // namespace test
