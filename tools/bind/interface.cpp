#include "interface.hpp"

#include <algorithm>
#include <cctype>

#include <rtffi/host.hpp>

#include "../core.hpp"
#include "writer.hpp"

namespace rt::tools::bind {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::unique_ptr<const Signature> parse(const std::string &text) {
    auto signature = std::make_unique<Signature>(parse_signature(text));
    if (signature->error != nullptr) {
        throw Error(RT_E_SIGNATURE, "the signature '" + text + "' does not parse: " + signature->error);
    }
    return signature;
}

// What the names of all of a plugin's functions begin with and a binding leaves out: rt_NAME_ or NAME_, or else the first word that
// they share.
std::string prefix_of(const std::string &plugin, const std::vector<std::string> &names) {
    const auto all_begin_with = [&](const std::string &prefix) {
        return std::all_of(names.begin(), names.end(), [&](const std::string &name) {
            return name.size() > prefix.size() && name.starts_with(prefix) &&
                   std::isalpha(static_cast<unsigned char>(name[prefix.size()])) != 0;
        });
    };
    const std::string first = names.empty() ? "" : names.front();
    const std::string word = first.substr(0, first.find('_') + 1);
    for (const std::string &prefix : {"rt_" + plugin + "_", plugin + "_", word}) {
        if (!prefix.empty() && all_begin_with(prefix)) {
            return prefix;
        }
    }
    return "";
}

// TorchTensor of the plugin torch is Tensor, and MyPluginSeries of my_plugin Series.
std::string short_class_name(std::string plugin, const std::string &name) {
    std::erase(plugin, '_');
    const bool begins = name.size() > plugin.size() && lower(name.substr(0, plugin.size())) == lower(plugin);
    return begins && std::isupper(static_cast<unsigned char>(name[plugin.size()])) != 0 ? name.substr(plugin.size())
                                                                                        : name;
}

// The name of a method: what follows the class's in the function's (optim_step of Optim, grad_scaler_step of GradScaler), where
// that begins with it, whole or shortened to a word of four letters or more (optim_ for Optimizer). Else "".
std::string method_name(const Class &owner, const std::string &name) {
    const auto rest_after = [&](std::size_t end) {
        const std::string rest = end != std::string::npos ? name.substr(end + 1) : "";
        return !rest.empty() && std::isalpha(static_cast<unsigned char>(rest[0])) != 0 ? rest : "";
    };
    for (std::size_t end = name.rfind('_'); end != std::string::npos && end > 0; end = name.rfind('_', end - 1)) {
        std::string words = name.substr(0, end);
        std::erase(words, '_');
        if ((words == lower(owner.full_name) || words == lower(owner.name)) && !rest_after(end).empty()) {
            return rest_after(end);
        }
    }
    const std::size_t first = name.find('_');
    const bool shortened =
        first != std::string::npos && first >= 4 && lower(owner.name).starts_with(name.substr(0, first));
    return shortened ? rest_after(first) : "";
}

// Identifiers are made of a plugin's name, and it stands in comments.
void check_name(const Json &file) {
    const std::string name = text_at(file, "name");
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; };
    if (!letter(name[0]) || !std::all_of(name.begin(), name.end(), fits)) {
        throw Error(RT_E_LOAD, text_at(file, "path") + ": no binding can be made of a plugin with the name '" +
                                   harmless(name) +
                                   "': a name has letters, digits, _, - and ., and begins with a letter");
    }
}

// The signature in one line: what stands between its parts may be any blank. A default's text stays what it is.
std::string one_line(std::string text) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); i++) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (quoted && c == '\\') {
            i++;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c < 0x20 || c == 0x7f)) {
            text[i] = ' ';
        }
    }
    return text;
}

class Reader {
  public:
    explicit Reader(std::string made_by) { interface_.made_by = std::move(made_by); }

    void add(const Json &file) {
        if (text_at(file, "name").empty()) {
            throw Error(RT_E_LOAD,
                        text_at(file, "path") + " is no plugin: rtffi info " + text_at(file, "path") + " says why");
        }
        check_name(file);
        Plugin plugin{text_at(file, "name"), text_at(file, "version"), text_at(file, "doc"), text_at(file, "path"), ""};
        std::vector<std::string> names;
        for (const Json &function : file.at("functions")) {
            names.push_back(text_at(function, "name"));
        }
        std::sort(names.begin(), names.end()); // metadata has no order of its own
        plugin.prefix = prefix_of(plugin.name, names);
        for (const Json &class_ : file.at("classes")) {
            add_class(text_at(class_, "name"), text_at(class_, "doc"), plugin.name);
        }
        for (const Json &function : file.at("functions")) {
            add_function(function, plugin);
        }
        interface_.plugins.push_back(std::move(plugin));
    }

    Interface finish() {
        std::sort(interface_.functions.begin(), interface_.functions.end(),
                  [](const auto &a, const auto &b) { return a->full_name() < b->full_name(); });
        for (const auto &function : interface_.functions) {
            add_named_classes(*function);
        }
        lengthen_equal_names();
        for (const auto &function : interface_.functions) {
            make_method(*function);
        }
        for (auto &[name, class_] : classes_) {
            interface_.classes.push_back(std::move(class_));
        }
        std::sort(interface_.classes.begin(), interface_.classes.end(),
                  [](const auto &a, const auto &b) { return a->name < b->name; });
        return std::move(interface_);
    }

  private:
    void add_class(const std::string &name, const std::string &doc, const std::string &plugin) {
        if (!name.empty() && !classes_.contains(name)) {
            classes_[name] = std::make_unique<Class>(Class{name, short_class_name(plugin, name), doc, plugin, {}});
        }
    }

    // Tensor and TorchTensor of the plugin torch are both called by their full names.
    void lengthen_equal_names() {
        std::map<std::pair<std::string, std::string>, std::vector<Class *>> by_name;
        for (const auto &[full_name, class_] : classes_) {
            by_name[{class_->plugin, class_->name}].push_back(class_.get());
        }
        for (const auto &[name, those] : by_name) {
            for (Class *class_ : those) {
                class_->name = those.size() > 1 ? class_->full_name : class_->name;
            }
        }
    }

    void add_function(const Json &json, const Plugin &plugin) {
        auto function = std::make_unique<Function>(one_line(text_at(json, "signature")), text_at(json, "doc"),
                                                   text_at(json, "group"), plugin.name);
        const std::string full_name(function->full_name());
        const auto [known, is_new] = names_.emplace(full_name, plugin.name);
        if (!is_new) {
            throw Error(RT_E_BUSY, "both " + known->second + " and " + plugin.name + " have the function " + full_name +
                                       ": bind them one by one, with --plugin");
        }
        function->name = full_name.substr(plugin.prefix.size());
        interface_.functions.push_back(std::move(function));
    }

    // A class that another plugin has, or that no note describes.
    void add_named_classes(const Function &function) {
        const auto add_type = [&](const Type &type) {
            if (type.kind == Kind::handle || type.is_handles()) {
                add_class(std::string(type.name), "", function.plugin);
            }
        };
        for (std::size_t i = 0; i < function.parsed->count; i++) {
            add_type(function.parsed->parameters[i].type);
        }
        add_type(function.parsed->result);
    }

    void make_method(Function &function) {
        if (function.parsed->count == 0) {
            return;
        }
        const Type &self = function.parsed->parameters[0].type;
        if (self.kind != Kind::handle || self.optional) {
            return;
        }
        Class &owner = *classes_.at(std::string(self.name));
        const std::string name = method_name(owner, function.name);
        if (!name.empty()) {
            function.name = name;
            function.owner = &owner;
            owner.methods.push_back(&function);
        }
    }

    Interface interface_;
    std::map<std::string, std::unique_ptr<Class>> classes_; // by full name
    std::map<std::string, std::string> names_;              // of functions, and whose they are
};

bool is_dynamic_only(const Type &type) {
    const bool number =
        type.kind == Kind::boolean || type.kind == Kind::i32 || type.kind == Kind::i64 || type.kind == Kind::f64;
    const bool optional_element = type.element_optional && type.element != Kind::handle;
    const bool dynamic_element =
        type.kind == Kind::array && (type.element == Kind::any || type.element == Kind::text || optional_element);
    return type.kind == Kind::any || type.kind == Kind::tuple || dynamic_element ||
           (type.optional && (number || type.kind == Kind::array || type.kind == Kind::bytes));
}

} // namespace

Function::Function(std::string signature_text, std::string documentation, std::string group_name,
                   std::string plugin_name)
    : signature(std::move(signature_text)), doc(std::move(documentation)), group(std::move(group_name)),
      plugin(std::move(plugin_name)), parsed(parse(signature)) {}

std::vector<const Parameter *> Function::arguments() const {
    std::vector<const Parameter *> found;
    for (std::size_t i = owner != nullptr ? 1 : 0; i < parsed->count; i++) {
        found.push_back(&parsed->parameters[i]);
    }
    return found;
}

bool Function::is_native() const {
    bool dynamic = parsed->variadic || is_dynamic_only(parsed->result);
    for (std::size_t i = 0; i < parsed->count; i++) {
        dynamic = dynamic || is_dynamic_only(parsed->parameters[i].type);
    }
    return !dynamic;
}

const Class *Interface::find_class(std::string_view full_name) const {
    for (const auto &class_ : classes) {
        if (class_->full_name == full_name) {
            return class_.get();
        }
    }
    return nullptr;
}

std::map<std::string, std::string> Interface::leave_out(const char *(*why_not)(const Function &function)) {
    std::map<std::string, std::string> names;
    for (const auto &function : functions) {
        if (const char *reason = why_not(*function)) {
            names[reason] = comma(names[reason], std::string(function->full_name()));
        }
    }
    for (const auto &class_ : classes) {
        std::erase_if(class_->methods, [&](const Function *method) { return why_not(*method) != nullptr; });
    }
    std::erase_if(functions, [&](const auto &function) { return why_not(*function) != nullptr; });
    return names;
}

std::string type_text(const Type &type) {
    return std::string(type.text.substr(0, type.text.find_last_not_of(" \t\n") + 1));
}

Interface read_interface(const std::vector<Json> &files, std::string made_by) {
    Reader reader(std::move(made_by));
    for (const Json &file : files) {
        reader.add(file);
    }
    return reader.finish();
}

} // namespace rt::tools::bind
