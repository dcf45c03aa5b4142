// The binding for C: declarations with their documentation, then their bodies, which bind at the first call. And trampolines: the
// same bodies as the functions of a library.
#include <algorithm>
#include <cctype>
#include <dlfcn.h>

#include "c_function.hpp"
#include "language.hpp"

namespace rt::tools::bind {

namespace {

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

// Of C and of rtffi, in what is written.
constexpr const char *used_names[] = {
    "int32_t",   "int64_t", "size_t",    "rt_bind", "rt_bool",   "rt_call", "rt_dlsym", "rt_f64",         "rt_function",
    "rt_handle", "rt_i64",  "rt_memory", "rt_none", "rt_status", "rt_text", "rt_value", "rt_native_entry"};

// What the C library has would be declared twice, and in trampolines be taken from every program that loads them.
bool is_c_librarys(const std::string &name) {
    for (const char *file : {"libc.so.6", "libm.so.6"}) {
        // Both are in the process for good: libstdc++ needs them.
        if (void *library = dlopen(file, RTLD_LAZY | RTLD_NOLOAD); library != nullptr) {
            const bool has = dlsym(library, name.c_str()) != nullptr;
            dlclose(library);
            if (has) {
                return true;
            }
        }
    }
    return false;
}

std::string function_identifier(std::string_view name) {
    const std::string text = c_identifier(name);
    return is_c_librarys(text) ? text + "_" : text;
}

class CGenerator {
  public:
    explicit CGenerator(const Interface &interface) : interface_(interface), prefix_(plugins_identifier(interface)) {
        std::vector<std::string> own(std::begin(used_names), std::end(used_names));
        for (const char *name : {"bind", "call", "entry"}) {
            own.push_back(helper(name));
        }
        const BindingNames names(interface, {.full_names = true,
                                             .of_class = c_identifier,
                                             .of_function = function_identifier,
                                             .of_method = function_identifier,
                                             .own = own});
        std::set<std::string> taken = class_names(interface, names);
        taken.insert(own.begin(), own.end());
        for (const auto &function : interface.functions) {
            functions_.emplace_back(*function, names.of(*function), UniqueNames(taken));
        }
    }

    std::string header() {
        const std::string guard = upper(prefix_) + "_BINDING_H";
        write_heading(out_, "// ", interface_);
        write_header_rules();
        out_.line("#ifndef " + guard).line("#define " + guard).line();
        out_.line("#include <rtffi/rtffi.h>").line();
        begin_c();
        out_.line("#ifdef " + linked()).line("#define " + api() + " extern").line("#else");
        out_.line("#define " + api() + " static inline").line("#endif").line();
        write_classes();
        for (const CFunction &function : functions_) {
            write_declaration(function);
        }
        out_.line(
            "// How they are bound: at the first call, each to its record, which stays good where the plugin goes.");
        out_.line();
        write_helpers(true);
        out_.line("#ifndef " + linked()).line();
        write_bodies(true);
        out_.line("#endif").line();
        write_bodies(false);
        end_c();
        out_.line("#endif");
        return out_.text();
    }

    std::string trampolines() {
        write_heading(out_, "// ", interface_);
        write_trampoline_rules();
        write_core();
        out_.line("#define " + api() + " __attribute__((visibility(\"default\")))").line();
        write_classes();
        write_helpers(false);
        write_bodies(true);
        for (const CFunction &function : functions_) {
            if (!function.native) {
                out_.comment("// ", "Dynamic calls only, not here: " + function.function.signature);
            }
        }
        return out_.text();
    }

  private:
    std::string api() const { return upper(prefix_) + "_API"; }
    std::string linked() const { return upper(prefix_) + "_LINKED"; }
    std::string helper(const char *name) const { return prefix_ + "_binding_" + name; }

    void write_header_rules() {
        const std::string example = functions_.empty() ? prefix_ : functions_.front().name;
        out_.line("//");
        out_.comment(
            "// ",
            "Each function is found at its first call, which loads its plugin; link librtffi.so and nothing else. "
            "Threads may race for it. A failure is 0, false, NaN or NULL, also where there is no such plugin or it has another "
            "signature now; where that could be a result, or there is none, set *rt_error_location() to 0 before and "
            "read it after. rt_dlerror() says what was wrong.");
        out_.line("//");
        out_.comment(
            "// ",
            "Objects are handles, each to be freed with rt_handle_free; those in an array that is a result, too. 0 is "
            "none. Texts and arrays that are results are borrowed: they are gone when the second such call on the "
            "thread begins. Give every argument: the defaults stand in the comments.");
        out_.line("//");
        out_.comment(
            "// ",
            "What returns an rt_status can only be called dynamically; the result is the caller's, to be cleared with "
            "rt_value_clear.");
        out_.line("//");
        out_.comment("// ",
                     "Define " + linked() +
                         " before where the program links what `rtffi bind --lang c --trampolines` makes, which has " +
                         example + " and the others as functions of a library.");
    }

    void write_trampoline_rules() {
        out_.line("//");
        out_.comment(
            "// ",
            "Each native function of the plugin as a function of this library, which finds it at its first call. It needs "
            "the plugin neither where it is built nor where it is linked:");
        out_.line("//");
        out_.line("//     cc -shared -fPIC -O2 " + prefix_ + "_trampolines.c $(pkg-config --libs rtffi) -o lib" +
                  prefix_ + "_trampolines.so");
        out_.line("//");
        out_.comment(
            "// ",
            "A call that fails, also where the plugin is missing, gives 0, false, NaN or NULL; rt_error_location and rt_dlerror "
            "of librtffi.so tell the error.");
    }

    // So that it compiles where rtffi's headers are not.
    void write_core() {
        for (const char *header : {"stdbool", "stddef", "stdint"}) {
            out_.line("#include <" + std::string(header) + ".h>");
        }
        out_.line().line("// Of rtffi/abi.h and rtffi/rtffi.h; the beginning of a record is frozen.");
        out_.line("typedef int32_t rt_status;")
            .line("enum { RT_OK = 0 };")
            .line("typedef void (*rt_native_entry)(void);");
        out_.line("typedef struct rt_function {")
            .indent()
            .line("rt_native_entry native;")
            .dedent()
            .line("} rt_function;");
        out_.line(
            "extern rt_status rt_bind(const char *name, const char *signature, int64_t flags, const rt_function **out);");
        out_.line("extern int64_t rt_dlsym(int64_t library, const char *symbol);").line();
    }

    void begin_c() { out_.line("#ifdef __cplusplus").line("extern \"C\" {").line("#endif").line(); }
    void end_c() { out_.line("#ifdef __cplusplus").line("}").line("#endif"); }

    void write_classes() {
        for (const auto &class_ : interface_.classes) {
            if (!class_->doc.empty()) {
                write_block_comment(out_, class_->doc);
            }
            out_.line("typedef int64_t " + c_identifier(class_->full_name) + ";");
        }
        out_.line();
    }

    void write_declaration(const CFunction &function) {
        const std::string &doc = function.function.doc;
        write_block_comment(out_, doc + (doc.empty() ? "" : "\n") + function.function.signature);
        out_.line((function.native ? api() : "static inline") + " " + function.declaration() + ";").line();
    }

    // What the bodies share. `bound` is each function's own place for its record.
    void write_helpers(bool dynamic) {
        out_.line(
            "static inline rt_status " + helper("bind") +
            "(const rt_function **bound, const char *name, const char *signature, const rt_function **function) {");
        out_.indent().line("rt_status status = RT_OK;");
        out_.line("*function = __atomic_load_n(bound, __ATOMIC_ACQUIRE);");
        out_.line("if (*function == NULL && (status = rt_bind(name, signature, 0, function)) == RT_OK) {").indent();
        out_.line("__atomic_store_n(bound, *function, __ATOMIC_RELEASE);").dedent().line("}");
        out_.line("return status;").dedent().line("}").line();
        out_.line("static inline rt_native_entry " + helper("entry") +
                  "(const rt_function **bound, const char *name, const char *signature) {");
        out_.indent().line("const rt_function *function;");
        out_.line("if (" + helper("bind") + "(bound, name, signature, &function) != RT_OK) {").indent();
        out_.line("return NULL;").dedent().line("}");
        out_.line("const rt_native_entry entry = __atomic_load_n(&function->native, __ATOMIC_ACQUIRE);");
        out_.line("return entry != NULL ? entry : (rt_native_entry)rt_dlsym(0, name); // which says why there is none");
        out_.dedent().line("}").line();
        if (dynamic) {
            out_.line("static inline rt_status " + helper("call") +
                      "(const rt_function **bound, const char *name, const char *signature, const rt_value *values,");
            out_.line("    size_t count, rt_value *result) {").indent().line("const rt_function *function;");
            out_.line("const rt_status status = " + helper("bind") + "(bound, name, signature, &function);");
            out_.line("*result = rt_none();");
            out_.line("return status == RT_OK ? rt_call(function, values, count, result) : status;");
            out_.dedent().line("}").line();
        }
    }

    void write_bodies(bool native) {
        for (const CFunction &function : functions_) {
            if (function.native == native) {
                out_.line((native ? api() : "static inline") + " " + function.declaration() + " {").indent();
                out_.line("static const rt_function *" + function.bound + ";");
                native ? write_native(function) : write_dynamic(function);
                out_.dedent().line("}").line();
            }
        }
    }

    // What every helper is given first.
    static std::string identity(const CFunction &function) {
        return "(&" + function.bound + ", " + c_string(function.function.full_name()) + ", " +
               c_string(function.function.signature);
    }

    void write_native(const CFunction &function) {
        out_.line("const rt_native_entry " + function.entry + " = " + helper("entry") + identity(function) + ");");
        out_.line("if (" + function.entry + " == NULL) {").indent();
        if (function.counted()) {
            out_.line("*" + function.extra + " = 0;");
        }
        const std::string failure = c_failure(function.result_type());
        out_.line(failure.empty() ? "return;" : "return " + failure + ";").dedent().line("}");
        out_.line((failure.empty() ? "((" : "return ((") + function.result() + "(*)(" + function.parameter_list(false) +
                  "))" + function.entry + ")(" + function.argument_list() + ");");
    }

    void write_dynamic(const CFunction &function) {
        std::string list = "NULL, 0";
        if (function.function.parsed->variadic) {
            list = "arguments, arguments_count";
        } else if (!function.parameters.empty()) {
            list = function.values + ", " + std::to_string(function.parameters.size());
            write_values(function);
        }
        if (!function.has_extra()) {
            out_.line("rt_value " + function.extra + ";");
        }
        out_.line("return " + helper("call") + identity(function) + ", " + list + ", " +
                  (function.has_extra() ? "" : "&") + function.extra + ");");
    }

    void write_values(const CFunction &function) {
        out_.line("rt_value " + function.values + "[] = {").indent();
        for (const CParameter &parameter : function.parameters) {
            out_.line(parameter.value + ",");
        }
        out_.dedent().line("};");
        for (std::size_t i = 0; i < function.parameters.size(); i++) {
            if (function.function.parsed->parameters[i].type.writable) {
                out_.line(function.values + "[" + std::to_string(i) + "].flags = RT_VALUE_MUTABLE;");
            }
        }
    }

    const Interface &interface_;
    std::string prefix_;
    std::vector<CFunction> functions_;
    Writer out_;
};

} // namespace

std::string c_binding(const Interface &interface) { return CGenerator(interface).header(); }

std::string c_trampolines(const Interface &interface) { return CGenerator(interface).trampolines(); }

} // namespace rt::tools::bind
