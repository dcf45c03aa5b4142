#include "support.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

namespace test {

namespace {

std::string json_of(rt_status (*tell)(const char *, rt_value *), const char *of) {
    rt_value text = rt_none();
    REQUIRE_MESSAGE(tell(of, &text) == RT_OK, of);
    const std::string json(static_cast<const char *>(text.payload.pointer), text.size);
    rt_value_clear(&text);
    return json;
}

} // namespace

LastError last_error() {
    rt_error error = {};
    error.struct_size = sizeof error;
    const rt_status code = rt_last_error(&error);
    return {code, error.message, error.function, error.plugin, error.cause};
}

std::string plugin_path(const std::string &name) {
    return std::string(RTFFI_TEST_PLUGINS) + "/librtffi_" + name + ".so";
}
std::string sample_path(const std::string &name) {
    return std::string(RTFFI_SAMPLE_PLUGINS) + "/librtffi_" + name + ".so";
}
std::string library_path(const std::string &name) { return std::string(RTFFI_TEST_PLUGINS) + "/lib" + name + ".so"; }

TempFolder::TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rtffi-test-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = std::filesystem::canonical(pattern);
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::add(const std::string &from, const std::string &name) const {
    std::filesystem::copy_file(from, path_ / name, std::filesystem::copy_options::overwrite_existing);
    return file(name);
}

std::string TempFolder::write(const std::string &name, std::string_view content) const {
    std::ofstream stream(path_ / name, std::ios::binary);
    stream.write(content.data(), static_cast<std::streamsize>(content.size()));
    return file(name);
}

std::string read_file(const std::string &path) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
}

std::string explanation_of(const char *name) { return json_of(rt_explain, name); }
std::string inspection_of(const std::string &path) { return json_of(rt_inspect, path.c_str()); }

Opened::~Opened() {
    if (handle != 0) {
        rt_dlclose(handle);
    }
}

rt_status Opened::close() {
    const rt_status status = rt_dlclose(handle);
    handle = status == RT_OK ? 0 : handle;
    return status;
}

HostFunction::HostFunction(const char *signature, Body body) : body_(std::move(body)) {
    rt_function_desc desc = {};
    desc.struct_size = sizeof desc;
    desc.signature = signature;
    desc.context = &body_;
    desc.dynamic = [](const rt_function *self, const rt_value *args, std::size_t count, rt_value *result) -> rt_status {
        *result = rt_none();
        return (*static_cast<Body *>(self->context))(args, count, result);
    };
    REQUIRE_MESSAGE(rt_register(&desc, &record) == RT_OK, rt_dlerror());
}

HostFunction::~HostFunction() { rt_unregister(record); }

rt_value call(const char *name, std::initializer_list<rt_value> args, rt_status expected) {
    const rt_function *function = rt_lookup(name);
    REQUIRE_MESSAGE(function != nullptr, name);
    rt_value result = rt_i64(-1);
    const rt_status status = rt_call(function, args.begin(), args.size(), &result);
    CHECK_MESSAGE(status == expected, (status != RT_OK ? last_error().message : std::string(name)));
    if (status != RT_OK) {
        CHECK(result.type == RT_NONE);
    }
    return result;
}

} // namespace test
