"use strict";

const root = document.documentElement;

// Light or dark: as the system has it, until somebody presses the button.
{
    const button = document.getElementById("scheme");
    const dark = matchMedia("(prefers-color-scheme: dark)");
    let chosen = "";
    const isDark = () => (chosen || (dark.matches ? "dark" : "light")) === "dark";
    const show = () => {
        root.style.colorScheme = chosen;
        button.textContent = isDark() ? "Light" : "Dark";
        button.setAttribute("aria-label", isDark() ? "Light colours" : "Dark colours");
    };
    button.addEventListener("click", () => {
        chosen = isDark() ? "light" : "dark";
        show();
    });
    dark.addEventListener("change", show);
    button.hidden = false;
    show();
}

// An address may be typed by hand.
const decoded = (text) => {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
};

// Functions that have all the words, in their signature, their description or the name of their group or plugin.
{
    const form = document.getElementById("search");
    const query = document.getElementById("query");
    const found = document.getElementById("found");
    const nothing = document.getElementById("nothing");
    const plugins = [...document.querySelectorAll("#functions .plugin")].map((element) => ({
        element,
        more: [...element.querySelectorAll(".more")],
        groups: [...element.querySelectorAll(".group")].map((group) => ({
            element: group,
            items: [...group.querySelectorAll("li")].map((item) => ({
                element: item,
                text: [item, group.querySelector("summary"), element.querySelector("h3")]
                    .map((part) => part.textContent)
                    .join("\n")
                    .toLowerCase(),
            })),
        })),
    }));
    const all = document.querySelectorAll("#functions .group li").length;

    const search = () => {
        const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
        const searching = words.length > 0;
        let count = 0;
        for (const plugin of plugins) {
            let inPlugin = 0;
            for (const group of plugin.groups) {
                let inGroup = 0;
                for (const item of group.items) {
                    const shown = words.every((word) => item.text.includes(word));
                    item.element.hidden = !shown;
                    inGroup += shown ? 1 : 0;
                }
                group.element.hidden = inGroup === 0;
                group.element.open = searching && inGroup > 0;
                inPlugin += inGroup;
            }
            for (const more of plugin.more) {
                more.hidden = searching;
            }
            plugin.element.hidden = searching && inPlugin === 0;
            count += inPlugin;
        }
        nothing.hidden = count > 0 || !searching;
        found.textContent = searching ? `${count} of ${all} functions` : `${all} functions`;
    };

    // #search=WORDS is a link to what was found.
    const fromAddress = () => {
        if (location.hash.startsWith("#search=")) {
            query.value = decoded(location.hash.slice("#search=".length).replaceAll("+", " "));
            search();
            form.scrollIntoView();
        }
    };
    // A link to a function opens the group that it is in.
    const openTarget = () => {
        const target = document.getElementById(decoded(location.hash.slice(1)));
        const group = target?.closest("details");
        if (group) {
            group.open = true;
            target.scrollIntoView();
        }
    };
    const remember = () => {
        const words = query.value.trim();
        const address = words === "" ? "#functions" : `#search=${encodeURIComponent(words)}`;
        history.replaceState(null, "", address);
    };

    query.addEventListener("input", () => {
        search();
        remember();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    addEventListener("hashchange", () => {
        fromAddress();
        openTarget();
    });
    addEventListener("keydown", (event) => {
        const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
        if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            query.focus();
            query.select();
        } else if (event.key === "Escape" && event.target === query) {
            query.value = "";
            search();
            remember();
            query.blur();
        }
    });
    form.hidden = false;
    search();
    fromAddress();
    openTarget();
}

// What is folded away is not printed.
{
    let folded = [];
    addEventListener("beforeprint", () => {
        folded = [...document.querySelectorAll("details:not([open])")];
        folded.forEach((details) => (details.open = true));
    });
    addEventListener("afterprint", () => folded.forEach((details) => (details.open = false)));
}
