// page.hpp - the page of a report: one HTML file that needs no other, and no script but to search.
#pragma once

#include <string>

#include "../output.hpp"
#include "html.hpp"

namespace rt::tools::report {

// `document` is what `gather` gives. The same document makes the same page.
std::string page(const Json &document);

// The ids of the parts that other parts refer to, by the plugins' places in the document.
struct PluginLinks {
    std::string plugin;
    std::string functions; // "" where it has none to show
};
using Links = std::vector<PluginLinks>;

// The page's sections, each in a file of its own.
void write_summary(Html &html, const Json &document, const Links &links);
void write_plugins(Html &html, const Json &document, const Links &links);
void write_functions(Html &html, const Json &document, const Links &links);
void write_figures(Html &html, const Json &document);
void write_environment(Html &html, const Json &document);

} // namespace rt::tools::report
