// The tabs, and what all of them share: copying, and the ways between an answer and its sources.
const tabs = () => [...element.querySelectorAll('[role=tab]')];
const named = (address) => {
    const name = new URLSearchParams(new URL(address, location).search).get('tab');
    return tabs().some((tab) => tab.dataset.tab === name) ? name : 'chat';
};
const show = (name) => {
    document.documentElement.dataset.tab = name;
    for (const tab of tabs()) {
        const chosen = tab.dataset.tab === name, panel = document.getElementById(`tab-${tab.dataset.tab}`);
        tab.setAttribute('aria-selected', chosen);
        tab.tabIndex = chosen ? 0 : -1;
        if (chosen) tab.scrollIntoView({block: 'nearest', inline: 'nearest'});
        if (panel) {
            tab.setAttribute('aria-controls', panel.id);
            panel.setAttribute('role', 'tabpanel');
            panel.setAttribute('aria-labelledby', tab.id);
        }
        if (chosen) document.title = name === 'chat' ? element.firstElementChild.dataset.title : `${tab.textContent} – ${element.firstElementChild.dataset.title}`;
    }
};
const go = (tab) => {
    if (tab.getAttribute('aria-selected') === 'true') return;
    history.pushState(null, '', tab.href);
    show(tab.dataset.tab);
    scrollTo(0, 0);
    trigger('select', {tab: tab.dataset.tab});
};
element.addEventListener('click', (event) => {
    const tab = event.target.closest('[role=tab]');
    if (!tab || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(tab);
});
element.addEventListener('keydown', (event) => {
    const all = tabs(), at = all.indexOf(event.target), last = all.length - 1;
    const to = {ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last}[event.key];
    if (at < 0 || (to === undefined && event.key !== ' ')) return;
    event.preventDefault();
    const tab = all[to ?? at];
    tab.focus();
    go(tab);
});
addEventListener('popstate', () => {
    const name = named(location.href);
    if (name === document.documentElement.dataset.tab) return;
    show(name);
    trigger('select', {tab: name});
});
let language;
watch('value', () => {
    const said = element.firstElementChild.lang;
    document.documentElement.lang = said;
    show(document.documentElement.dataset.tab ?? named(location.href));
    if (language && language !== said) history.replaceState(null, '', tabs().find((tab) => tab.tabIndex === 0).href);
    language = said;
});
show(named(location.href));

// The clipboard interface is missing on plain http, so a text field stands in.
const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const field = Object.assign(document.createElement('textarea'), {value: text});
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
};
document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button || button.classList.contains('done')) return;
    const label = button.textContent;
    await copy(button.dataset.copy);
    button.classList.add('done');
    button.textContent = button.dataset.done;
    button.focus();
    setTimeout(() => { button.textContent = label; button.classList.remove('done'); }, 1500);
});
// A source may have to be rendered before a marker can lead to it.
const reveal = (id, patience) => {
    const source = document.getElementById(id);
    if (!source) return patience && setTimeout(reveal, 100, id, patience - 1);
    source.open = true;
    source.scrollIntoView({block: 'nearest', behavior: 'smooth'});
    source.querySelector('summary').focus({preventScroll: true});
};
document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#s-"], a[href="#conversation"]');
    if (!link) return;
    event.preventDefault();
    const id = link.getAttribute('href').slice(1);
    if (id === 'conversation') document.getElementById(id).scrollIntoView({block: 'start', behavior: 'smooth'});
    else reveal(id, 30);
});
// An unfolded passage is scrolled to its mark.
document.addEventListener('toggle', (event) => {
    const passage = event.target.querySelector?.('.passage'), mark = passage?.querySelector('mark');
    if (mark) passage.scrollTop = mark.offsetTop - passage.clientHeight / 4;
}, true);
