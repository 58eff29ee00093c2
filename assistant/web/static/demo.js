// Copies what stands beside a button, by selecting it: navigator.clipboard is missing where a server has no TLS yet.
for (const button of document.querySelectorAll('.copy button')) {
    button.addEventListener('click', () => {
        getSelection().selectAllChildren(button.parentElement.querySelector('code'));
        button.nextElementSibling.textContent = document.execCommand('copy') ? button.dataset.copied : button.dataset.failed;
    });
}
