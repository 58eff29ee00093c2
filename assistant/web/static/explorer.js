// Filters act at once, words when their writer pauses. The server draws the form again around what is typed here.
const form = () => element.querySelector('form');
let waiting, turn = 0;
const send = (patience = 0) => {
    clearTimeout(waiting);
    turn += 1;
    waiting = setTimeout(ask, patience, 5);
};
// An answer may get lost, or be drawn after a later one: a change that is not what is drawn is sent again.
const ask = (times) => {
    trigger('input', {filters: {...Object.fromEntries(new FormData(form())), turn: String(turn)}});
    if (times) waiting = setTimeout(() => form().dataset.turn === String(turn) || ask(times - 1), 2000);
};
element.addEventListener('input', (event) => {
    const {name} = event.target;
    if (name === 'plan') form().elements.group.value = '';  // another plan's groups are others
    send(event.target.matches('select, [type=checkbox]') ? 0 : name === 'since' || name === 'until' ? 700 : 300);
});
element.addEventListener('submit', (event) => {
    event.preventDefault();
    send();
});
element.addEventListener('reset', () => send(1));  // the fields are empty only after the event
// The rest of the table; who pressed the button goes on reading at its first row.
document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-rest]');
    if (!button) return;
    const rest = button.closest('.tasks').querySelector('tbody[hidden]');
    rest.hidden = false;
    button.remove();
    rest.querySelector('a').focus();
});
document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-loosen]');
    if (!button) return;
    const dropped = {due: ['since', 'until'], plan: ['plan', 'group']}[button.dataset.loosen] ?? [button.dataset.loosen];
    for (const name of dropped) {
        const field = form().elements[name];
        if (field.type === 'checkbox') field.checked = false;
        else field.value = '';
    }
    form().elements[dropped[0]].focus();
    send();
});
