// rtffi trust add|list|check: the user's own lists of digests and keys, and whether a file would be loaded by them.
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>

#include "../loader/file_text.hpp"
#include "../loader/trust_lists.hpp"
#include "checks.hpp"
#include "command.hpp"
#include "core.hpp"
#include "outcome.hpp"

namespace rt::tools {

namespace {

struct TrustOptions {
    std::vector<std::string> files;
    std::vector<std::string> keys;
    std::vector<std::string> digests;
};

[[noreturn]] void fail_with_errno(const std::string &path) {
    throw Error(RT_E_LOAD, path + ": " + std::generic_category().message(errno), "not_writable");
}

const core::Sodium &sodium() {
    const core::Sodium *opened = nullptr;
    check(core::open_sodium(opened));
    return *opened;
}

std::string digests_path() { return core::trust_folder() + "/digests"; }

// The list as it is, none where there is no file; anything else that is wrong with it is the caller's end.
std::vector<core::ListedDigest> own_digests() {
    std::vector<core::ListedDigest> listed;
    const core::Outcome read = core::read_digests(digests_path(), listed);
    if (read.cause != "not_found") {
        check(read);
    }
    return listed;
}

// The user's folder, made for this user alone where it is not there; kept from others until the process ends.
void lock_folder() {
    const std::string folder = core::trust_folder();
    if (folder.empty()) {
        throw Error(RT_E_NOT_FOUND, "neither HOME nor XDG_CONFIG_HOME says where this user's lists are", "not_found");
    }
    const std::string last = folder + "/keys";
    for (std::size_t end = last.find('/', 1);; end = last.find('/', end + 1)) {
        if (mkdir(last.substr(0, end).c_str(), 0700) != 0 && errno != EEXIST) {
            fail_with_errno(last.substr(0, end));
        }
        if (end == std::string::npos) {
            break;
        }
    }
    static const core::Descriptor locked(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!locked || flock(locked.get(), LOCK_EX) != 0) {
        fail_with_errno(folder);
    }
}

// By one step, so that nobody reads half of it.
void write_file(const std::string &path, const std::string &text) {
    std::string temporary = path + ".new-XXXXXX";
    const core::Descriptor file(mkostemp(temporary.data(), O_CLOEXEC));
    const bool written = file && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         fsync(file.get()) == 0 && std::rename(temporary.c_str(), path.c_str()) == 0;
    if (!written) {
        const int error = errno;
        if (file) {
            unlink(temporary.c_str());
        }
        errno = error;
        fail_with_errno(path);
    }
}

std::string content_of(const std::string &path) {
    const core::Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status{};
    if (!file || fstat(file.get(), &status) != 0) {
        throw Error(RT_E_NOT_FOUND, path + ": " + std::generic_category().message(errno), "not_found");
    }
    if (!S_ISREG(status.st_mode)) {
        throw Error(RT_E_LOAD, path + " is not a regular file", "not_a_file");
    }
    std::string content;
    std::vector<char> buffer(std::size_t{1} << 20);
    while (const ssize_t got = read(file.get(), buffer.data(), buffer.size())) {
        if (got < 0) {
            throw Error(RT_E_LOAD, path + ": " + std::generic_category().message(errno), "not_readable");
        }
        content.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return content;
}

Json add_digest(const std::string &file) {
    const std::string path = canonical(file);
    if (path.find_first_of("\n\r\\") != std::string::npos) {
        throw Error(RT_E_ARGUMENT, path + ": a name with a line end or a backslash cannot be listed");
    }
    const std::string digest = core::sha256_text(sodium(), content_of(path));
    for (const core::ListedDigest &listed : own_digests()) {
        if (listed.sha256 == digest) {
            return {{"kind", "digest"}, {"sha256", digest}, {"file", path}, {"added", false}};
        }
    }
    std::string list;
    if (const core::Outcome read = core::read_text(digests_path(), list); read.cause != "not_found") {
        check(read);
    }
    list += list.empty() || list.ends_with('\n') ? "" : "\n";
    write_file(digests_path(), list + digest + "  " + path + "\n");
    return {{"kind", "digest"}, {"sha256", digest}, {"file", path}, {"added", true}};
}

Json add_key(const std::string &file) {
    // What is added is what was checked.
    core::PublicKey key;
    std::string text;
    check(core::read_text(file, text));
    check(core::parse_public_key(sodium(), text, file, key));
    const std::string path = core::trust_folder() + "/keys/" + key.id() + ".pub";
    std::string known;
    const bool added = !core::read_text(path, known) || known != text;
    if (added) {
        write_file(path, text);
    }
    return {{"kind", "key"}, {"id", key.id()}, {"file", path}, {"added", added}};
}

int add(const TrustOptions &options, bool json) {
    lock_folder();
    Json entries = Json::array();
    for (const std::string &file : options.files) {
        entries.push_back(add_digest(file));
    }
    for (const std::string &key : options.keys) {
        entries.push_back(add_key(key));
    }
    if (json) {
        print_json({{"ok", true}, {"folder", core::trust_folder()}, {"entries", entries}});
        return all_well;
    }
    for (const Json &entry : entries) {
        const std::string what = text_at(entry, entry.contains("id") ? "id" : "sha256");
        print_line(harmless(text_at(entry, "kind") + " " + what +
                            (entry.value("added", false) ? " added: " : " is there already: ") +
                            text_at(entry, "file")));
    }
    return all_well;
}

int list(bool json) {
    Json digests = Json::array();
    for (const core::ListedDigest &listed : own_digests()) {
        digests.push_back({{"sha256", listed.sha256}, {"file", listed.file}, {"where", listed.where}});
    }
    Json keys = Json::array();
    for (const std::string &path : core::own_keys()) {
        core::PublicKey key;
        check(core::read_key(path, key));
        keys.push_back({{"id", key.id()}, {"path", key.path}});
    }
    if (json) {
        print_json({{"folder", core::trust_folder()}, {"digests", digests}, {"keys", keys}});
        return all_well;
    }
    if (digests.empty() && keys.empty()) {
        print_line("nothing is listed in " + harmless(core::trust_folder()) + "; rtffi trust add adds to it");
        return all_well;
    }
    Table table({"KIND", "SHA-256 OR KEY", "FILE"});
    for (const Json &entry : digests) {
        table.add({"digest", text_at(entry, "sha256"), text_at(entry, "file")});
    }
    for (const Json &entry : keys) {
        table.add({"key", text_at(entry, "id"), text_at(entry, "path")});
    }
    table.print();
    return all_well;
}

// As a host that makes these demands would have it.
int check_file(const TrustOptions &options, bool json) {
    for (const std::string &one : options.digests) {
        detail::check(rt_trust_require(RT_TRUST_DIGESTS, one.c_str()));
    }
    for (const std::string &one : options.keys) {
        detail::check(rt_trust_require(RT_TRUST_KEYS, one.c_str()));
    }
    Json checks = Json::array();
    bool ok = false;
    const Json file = inspect(file_of(options.files.front()));
    for (const Json &one : file.at("checks")) {
        const std::string id = text_at(one, "id");
        if (id == "trust" || !one.value("ok", false)) {
            ok = ok || id == "trust";
            checks.push_back(one);
        }
        if (id == "trust") {
            ok = one.value("ok", false);
            break;
        }
    }
    if (json) {
        print_json({{"path", options.files.front()}, {"ok", ok}, {"checks", checks}});
    } else {
        print_checks(checks, 0);
    }
    return ok ? all_well : answer_is_no;
}

} // namespace

void add_trust(CLI::App &app, CommandLine &line) {
    CLI::App *trust =
        app.add_subcommand("trust", "Keeps this user's lists of trusted digests and keys, and checks files by them");
    trust->footer("Example: rtffi trust add ./librtffi_mine.so && RTFFI_TRUST_REQUIRE=digests my-program");
    trust->require_subcommand(1);
    trust->fallthrough();

    auto options = std::make_shared<TrustOptions>();
    CLI::App *adding =
        add_command(*trust, line, "add", "Adds the SHA-256 of files to this user's list, or minisign's public keys",
                    "rtffi trust add ./librtffi_mine.so", [options, &line] { return add(*options, line.json); });
    CLI::Option *files =
        adding->add_option("files", options->files, "Files whose content is trusted")->type_name("FILE");
    CLI::Option *keys = adding->add_option("--key", options->keys, "A public key of minisign's; may be given again")
                            ->type_name("PUB")
                            ->allow_extra_args(false);
    adding->callback([options, &line, files, keys] {
        if (files->count() + keys->count() == 0) {
            throw CLI::RequiredError("a file, or --key,");
        }
        line.run = [options, &line] { return add(*options, line.json); };
    });
    add_command(*trust, line, "list", "Lists what this user trusts", "rtffi trust list",
                [&line] { return list(line.json); });
    CLI::App *checking = add_command(*trust, line, "check", "Says whether a file may be loaded, and why not",
                                     "rtffi trust check ./librtffi_mine.so --digests SHA256SUMS",
                                     [options, &line] { return check_file(*options, line.json); });
    checking->add_option("plugin", options->files, "A plugin's name, or the path of a file")
        ->type_name("PLUGIN|FILE")
        ->required()
        ->expected(1);
    checking->add_option("--digests", options->digests, "A list that it must be on; may be given again")
        ->type_name("FILE")
        ->allow_extra_args(false);
    checking
        ->add_option("--key", options->keys,
                     "A public key of minisign's that it must be signed with; may be given again")
        ->type_name("PUB")
        ->allow_extra_args(false);
}

} // namespace rt::tools
