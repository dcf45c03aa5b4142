#include "names.hpp"

#include <utility>

namespace rt::tools::bind {

std::string UniqueNames::take(std::string name) {
    const std::string wanted = name;
    for (int number = 2; !taken_.insert(name).second; number++) {
        name = wanted + "_" + std::to_string(number);
    }
    return name;
}

BindingNames::BindingNames(const Interface &interface, const NameRules &rules) : interface_(interface), rules_(rules) {
    const auto reserve = [this](const std::string &scope, const std::vector<std::string> &names) {
        for (const std::string &name : names) {
            scopes_[scope].take(name);
        }
    };
    for (const Plugin &plugin : interface.plugins) {
        if (const std::string scope = scope_of(plugin.name, nullptr); !scopes_.contains(scope)) {
            reserve(scope, rules.own);
        }
    }
    std::vector<Wish> wishes;
    for (const auto &class_ : interface.classes) {
        wishes.push_back({class_.get(), scope_of(class_->plugin, nullptr),
                          rules.full_names ? class_->full_name : class_->name, class_->full_name, rules.of_class});
    }
    give(std::move(wishes));
    for (const auto &class_ : interface.classes) {
        const std::string scope = scope_of("", class_.get());
        reserve(scope, rules.own_methods);
        for (const std::string &name : class_names(interface, *this)) { // which the types of methods are
            reserve(scope, {name});
        }
    }
    wishes.clear();
    for (const auto &function : interface.functions) {
        const bool method = function->owner != nullptr && !rules.full_names;
        const std::string full_name(function->full_name());
        wishes.push_back({function.get(), scope_of(function->plugin, method ? function->owner : nullptr),
                          rules.full_names ? full_name : function->name, full_name,
                          method ? rules.of_method : rules.of_function});
    }
    give(std::move(wishes));
}

const std::string *BindingNames::class_named(std::string_view full_name) const {
    const Class *class_ = interface_.find_class(full_name);
    return class_ != nullptr ? &of(*class_) : nullptr;
}

std::string BindingNames::beside(const Function &function, const std::string &name) {
    const Class *owner = function.owner;
    return scopes_[scope_of(owner != nullptr ? owner->plugin : function.plugin, nullptr)].take(name);
}

std::string BindingNames::scope_of(const std::string &plugin, const Class *owner) const {
    if (owner != nullptr) {
        return "class " + owner->full_name;
    }
    // Two plugins may have one namespace: `a-b` and `a.b`.
    return rules_.scope == NameRules::Scope::plugin ? rules_.of_function(plugin) : "";
}

void BindingNames::give(std::vector<Wish> wishes) {
    using Place = std::pair<std::string, std::string>;
    std::map<Place, int> as_they_are;
    std::map<Place, int> changed;
    for (const Wish &wish : wishes) {
        const std::string name = wish.identifier(wish.name);
        (name == wish.name ? as_they_are : changed)[{wish.scope, name}]++;
    }
    std::map<int, std::vector<Wish>> in_turn;
    for (Wish &wish : wishes) {
        const std::string name = wish.identifier(wish.name);
        const Place place = {wish.scope, name};
        const bool alone = name == wish.name ? as_they_are[place] == 1 : as_they_are[place] == 0 && changed[place] == 1;
        if (alone && !scopes_[wish.scope].has(name)) {
            in_turn[0].push_back(std::move(wish));
            continue;
        }
        wish.name = wish.full_name;
        in_turn[wish.identifier(wish.name) == wish.name ? 1 : 2].push_back(std::move(wish));
    }
    for (const auto &[turn, those] : in_turn) {
        for (const Wish &wish : those) {
            names_[wish.of] = scopes_[wish.scope].take(wish.identifier(wish.name));
        }
    }
}

std::string other_than(std::string name, const std::set<std::string> &taken) {
    while (taken.contains(name)) {
        name += '_';
    }
    return name;
}

std::vector<std::string> argument_names(const Function &function, Identifier identifier, std::set<std::string> own) {
    const std::vector<const Parameter *> arguments = function.arguments();
    std::vector<std::string> names(arguments.size());
    for (const bool as_they_are : {true, false}) {
        for (std::size_t i = 0; i < arguments.size(); i++) {
            const std::string name = identifier(arguments[i]->name);
            const bool kept = name == arguments[i]->name && !own.contains(name);
            if (names[i].empty() && (kept || !as_they_are)) {
                names[i] = other_than(name, own);
                own.insert(names[i]);
            }
        }
    }
    return names;
}

std::set<std::string> class_names(const Interface &interface, const BindingNames &names) {
    std::set<std::string> found;
    for (const auto &class_ : interface.classes) {
        found.insert(names.of(*class_));
    }
    return found;
}

} // namespace rt::tools::bind
