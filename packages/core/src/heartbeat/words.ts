/** What the page says, in one language. */
export interface Words {
  readonly askTitle: string;
  readonly why: string;
  readonly how: string;
  readonly dueBy: (date: string) => string;
  readonly button: string;
  readonly doneTitle: string;
  readonly nextBy: (date: string) => string;
  readonly endedTitle: string;
  readonly ended: string;
  readonly missingTitle: string;
  readonly missing: string;
  readonly awayTitle: string;
  readonly away: string;
}

const en: Words = {
  askTitle: "Keep WhatsApp connected",
  why: "This number is used in the WhatsApp Business app and in a connected service. WhatsApp ends the connection when the app is not opened for about two weeks.",
  how: "Open the WhatsApp Business app on your phone, then press the button.",
  dueBy: (date) => `Please do this by ${date}.`,
  button: "I have opened the app",
  doneTitle: "Thank you, that is confirmed",
  nextBy: (date) => `Please open the app again by ${date}.`,
  endedTitle: "This link is no longer valid",
  ended: "It was used already, or it is too old. You will get a new one when it is needed.",
  missingTitle: "There is nothing here",
  missing: "Check that the address is complete.",
  awayTitle: "Not available right now",
  away: "Please try again in a minute.",
};

const es: Words = {
  askTitle: "Mantén WhatsApp conectado",
  why: "Este número se usa en la aplicación WhatsApp Business y en un servicio conectado. WhatsApp corta la conexión si la aplicación no se abre durante unas dos semanas.",
  how: "Abre la aplicación WhatsApp Business en tu teléfono y luego pulsa el botón.",
  dueBy: (date) => `Hazlo antes del ${date}.`,
  button: "He abierto la aplicación",
  doneTitle: "Gracias, ha quedado confirmado",
  nextBy: (date) => `Vuelve a abrir la aplicación antes del ${date}.`,
  endedTitle: "Este enlace ya no es válido",
  ended: "Ya se ha usado o es demasiado antiguo. Recibirás uno nuevo cuando haga falta.",
  missingTitle: "Aquí no hay nada",
  missing: "Comprueba que la dirección esté completa.",
  awayTitle: "No disponible en este momento",
  away: "Vuelve a intentarlo dentro de un minuto.",
};

const pt: Words = {
  askTitle: "Mantenha o WhatsApp conectado",
  why: "Este número é usado no aplicativo WhatsApp Business e em um serviço conectado. O WhatsApp encerra a conexão quando o aplicativo não é aberto por cerca de duas semanas.",
  how: "Abra o aplicativo WhatsApp Business no seu telefone e depois toque no botão.",
  dueBy: (date) => `Faça isso até ${date}.`,
  button: "Abri o aplicativo",
  doneTitle: "Obrigado, está confirmado",
  nextBy: (date) => `Abra o aplicativo novamente até ${date}.`,
  endedTitle: "Este link não é mais válido",
  ended: "Ele já foi usado ou é antigo demais. Você receberá um novo quando for necessário.",
  missingTitle: "Não há nada aqui",
  missing: "Verifique se o endereço está completo.",
  awayTitle: "Indisponível no momento",
  away: "Tente novamente em um minuto.",
};

/** The languages of the page. */
export const WORDS = { en, es, pt } as const;

export type Language = keyof typeof WORDS;
