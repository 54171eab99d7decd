/** Who paid a receipt, as the API names them. */
export type Payer = "company" | "employee";
